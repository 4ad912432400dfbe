#include <layer_cake/layer_cake.hpp>
#include <map>

namespace lc = layer_cake;

struct Customer {
    std::int64_t id = 0;
    std::string name;
    std::string email;
};
LAYER_CAKE_MESSAGE(Customer, id, name, email)

// Each request is a message of its own. Members are filled from the path, then the query, then the body.
struct ListCustomers {
    std::string name; ///< those whose name begins so
};
LAYER_CAKE_MESSAGE(ListCustomers, name)
struct AddCustomer {
    std::string name;
    std::string email;
};
LAYER_CAKE_MESSAGE(AddCustomer, name, email)
struct GetCustomer {
    std::int64_t id = 0;
};
LAYER_CAKE_MESSAGE(GetCustomer, id)
struct PutCustomer {
    std::int64_t id = 0;
    std::string name;
    std::string email;
};
LAYER_CAKE_MESSAGE(PutCustomer, id, name, email)
struct PatchCustomer {
    std::int64_t id = 0;
    std::optional<std::string> name;
    std::optional<std::string> email;
};
LAYER_CAKE_MESSAGE(PatchCustomer, id, name, email)
struct DeleteCustomer {
    std::int64_t id = 0;
};
LAYER_CAKE_MESSAGE(DeleteCustomer, id)

using Customers = std::vector<Customer>;
LAYER_CAKE_REGISTER(Customers)

struct Settings {
    lc::HostPort server_address{"127.0.0.1", 5051};
};
LAYER_CAKE_MESSAGE(Settings, server_address)

// The customers, and a handler for each thing that can be done with them: what one returns is the response.
class Shop {
public:
    using accepts =
        lc::accepts<lc::Start, ListCustomers, AddCustomer, GetCustomer, PutCustomer, PatchCustomer, DeleteCustomer>;

    explicit Shop(lc::HostPort address) : address_(std::move(address)) {}

    void on(lc::Object& self, lc::Start) {
        lc::HttpOptions options;
        options.form = lc::HttpForm::plain;
        auto http = lc::listen(self, address_,
                               lc::http<>.with(lc::route<ListCustomers>("GET", "/customers"),
                                               lc::route<AddCustomer>("POST", "/customers"),
                                               lc::route<GetCustomer>("GET", "/customers/{id}"),
                                               lc::route<PutCustomer>("PUT", "/customers/{id}"),
                                               lc::route<PatchCustomer>("PATCH", "/customers/{id}"),
                                               lc::route<DeleteCustomer>("DELETE", "/customers/{id}")),
                               options);
        if (!http) return self.complete(http.fault());
        self.console("listening", {{"port", *http->listening_ipp.port}});
    }

    Customers on(lc::Object&, const ListCustomers& list) {
        Customers found;
        for (const auto& [id, customer] : customers_)
            if (customer.name.starts_with(list.name)) found.push_back(customer);
        return found;
    }
    Customer on(lc::Object&, const AddCustomer& add) {
        const auto id = ++last_id_;
        return customers_[id] = {id, add.name, add.email};
    }
    lc::Any on(lc::Object&, const GetCustomer& get) {
        const auto found = customers_.find(get.id);
        if (found == customers_.end()) return missing(get.id);
        return found->second;
    }
    Customer on(lc::Object&, const PutCustomer& put) {
        last_id_ = std::max(last_id_, put.id);
        return customers_[put.id] = {put.id, put.name, put.email};
    }
    lc::Any on(lc::Object&, const PatchCustomer& patch) {
        const auto found = customers_.find(patch.id);
        if (found == customers_.end()) return missing(patch.id);
        if (patch.name) found->second.name = *patch.name;
        if (patch.email) found->second.email = *patch.email;
        return found->second;
    }
    lc::Any on(lc::Object&, const DeleteCustomer& gone) {
        if (customers_.erase(gone.id) == 0) return missing(gone.id);
        return lc::http_response(204, "", "");
    }

private:
    static lc::Faulted missing(std::int64_t id) { return {"no such customer", std::to_string(id), 404, {}}; }

    lc::HostPort address_;
    std::map<std::int64_t, Customer> customers_;
    std::int64_t last_id_ = 0;
};

// A machine is run by a function: it waits until the machine, or somebody, ends it.
lc::Any customers(lc::Self& self, Settings settings) {
    self.create<Shop>(settings.server_address);
    auto ended = self.select<lc::Returned>();
    if (auto* returned = ended.get<lc::Returned>()) return std::move(returned->message);
    return lc::Aborted{};
}
LAYER_CAKE_OBJECT(customers)

int main(int argc, char** argv) {
    return lc::run(customers, argc, argv);
}
