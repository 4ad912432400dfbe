#include <doctest/doctest.h>
#include <layer_cake/codec/json.hpp>
#include <layer_cake/supervise/pool.hpp>
#include <map>

using namespace layer_cake;
using namespace layer_cake::supervise;
using namespace std::chrono_literals;

namespace {

/// What a client has been told.
struct Client {
    int answers = 0, status = 0;
    bool dropped = false;
    net::HttpResponse response;
    std::function<void()> gone;
};

class FakeAnswer final : public net::HttpAnswer {
public:
    explicit FakeAnswer(std::shared_ptr<Client> client) : client_(std::move(client)) {}
    ~FakeAnswer() override { client_->dropped = true; }
    void send(net::HttpResponse response) override {
        ++client_->answers;
        client_->status = response.status;
        client_->response = std::move(response);
    }
    void begin(int, net::Headers) override {}
    void write(std::string_view) override {}
    void end() override {}
    bool gone() const override { return false; }
    std::size_t unsent() const override { return 0; }
    void on_gone(std::function<void()> call) override { client_->gone = std::move(call); }
    void on_drained(std::function<void()>) override {}

private:
    std::shared_ptr<Client> client_;
};

class FakeWorker final : public PoolWorker {
public:
    FakeWorker(std::vector<std::shared_ptr<PoolJob>>& jobs, Events events) : jobs_(jobs), events(std::move(events)) {}
    void take(std::shared_ptr<PoolJob> job) override {
        if (!refuses) return jobs_.push_back(std::move(job));
        job->send({400, {}, ""});
        events.refused(job->id);
    }

    std::vector<std::shared_ptr<PoolJob>>& jobs_;
    Events events;
    bool refuses = false;
};

struct Fixture {
    Loop loop;
    SystemClock clock;
    std::vector<std::string> replaced, proven;
    int idle = 0;
    std::map<std::string, std::vector<std::shared_ptr<PoolJob>>> jobs;
    std::map<std::string, FakeWorker*> workers;
    Pool pool;

    explicit Fixture(int queue = 2, int concurrency = 1)
        : pool(loop, clock, rules(queue, concurrency),
               {.replace = [this](const std::string& name, const std::string&) { replaced.push_back(name); },
                .proven = [this](const std::string& name) { proven.push_back(name); },
                .idle = [this] { ++idle; }}) {}

    static home::PoolRules rules(int queue, int concurrency) {
        home::PoolRules rules;
        rules.name = "p";
        rules.role = "r";
        rules.size_of_queue = queue;
        rules.concurrency = concurrency;
        return rules;
    }
    void join(const std::string& name, int life = 1) {
        auto worker = std::make_unique<FakeWorker>(jobs[name], pool.events_for(name, life));
        workers[name] = worker.get();
        pool.join(name, life, std::move(worker));
    }
    std::shared_ptr<Client> ask() {
        auto client = std::make_shared<Client>();
        pool.take({}, std::make_shared<FakeAnswer>(client));
        return client;
    }
    void answer(const std::string& name) {
        const auto job = jobs[name].front();
        jobs[name].erase(jobs[name].begin());
        job->send({200, {}, name});
        workers[name]->events.done(job->id);
    }
};

} // namespace

TEST_CASE("requests go to workers, then wait, then are refused with Retry-After") {
    Fixture f;
    f.join("r-0");
    const auto first = f.ask(), second = f.ask(), third = f.ask(), fourth = f.ask();
    CHECK(f.jobs["r-0"].size() == 1);
    CHECK(fourth->status == 503);
    CHECK(fourth->response.body.find("\"overloaded\"") != std::string::npos);
    CHECK(fourth->response.headers.back().first == "Retry-After");
    f.answer("r-0");
    CHECK(first->response.body == "r-0");
    CHECK(f.proven == std::vector<std::string>{"r-0"});
    f.answer("r-0");
    f.answer("r-0");
    CHECK(third->status == 200);
    const auto figures = f.pool.status().figures;
    CHECK(figures.offered == 4);
    CHECK(figures.completed == 3);
    CHECK(figures.overloaded == 1);
    for (const auto& client : {first, second, third, fourth})
        CHECK(client->answers == 1);
}

TEST_CASE("without a worker, and none on its way, requests are refused; else they wait for it") {
    Fixture f;
    CHECK(f.ask()->response.body.find("\"temporarily_unavailable\"") != std::string::npos);
    f.pool.expect(f.clock.now());
    const auto client = f.ask();
    CHECK(client->answers == 0);
    f.join("r-0");
    f.answer("r-0");
    CHECK(client->status == 200);
}

TEST_CASE("the request of a worker that has ended gets one answer, and what comes later from it is nothing") {
    Fixture f;
    f.join("r-0");
    const auto client = f.ask();
    const auto job = f.jobs["r-0"].front();
    f.pool.left("r-0");
    CHECK(client->status == 502);
    job->send({200, {}, "late"});
    CHECK(client->answers == 1);
    f.jobs["r-0"].clear();
    f.join("r-0", 2);
    const auto next = f.ask();
    f.answer("r-0");
    CHECK(next->status == 200);
    CHECK(f.pool.status().figures.lost == 1);
}

TEST_CASE("a withdrawn worker finishes what it has and gets nothing more") {
    Fixture f;
    f.join("r-0");
    f.join("r-1");
    const auto first = f.ask();
    const std::string busy = f.jobs["r-0"].empty() ? "r-1" : "r-0", other = busy == "r-0" ? "r-1" : "r-0";
    f.pool.withdraw(busy);
    CHECK(f.pool.working(busy));
    CHECK_FALSE(f.pool.serving(busy));
    const auto second = f.ask(), third = f.ask();
    CHECK(f.jobs[other].size() == 1);
    f.answer(busy);
    CHECK(f.idle == 1);
    CHECK_FALSE(f.pool.working(busy));
    CHECK(f.jobs[busy].empty());
    f.pool.come_back(busy);
    CHECK(f.jobs[busy].size() == 1);
    CHECK(f.pool.serving(busy));
}

TEST_CASE("a worker that breaks its protocol gets no more work and is replaced") {
    Fixture f;
    f.join("r-0");
    const auto client = f.ask();
    f.workers["r-0"]->events.broken("it wrote a line that nobody asked for");
    f.loop.turn();
    CHECK(f.replaced == std::vector<std::string>{"r-0"});
    f.pool.left("r-0");
    CHECK(client->status == 502);
}

TEST_CASE("who goes away while waiting is forgotten, and a worker never hears of it") {
    Fixture f;
    f.join("r-0");
    const auto first = f.ask(), second = f.ask();
    second->gone();
    CHECK(second->dropped);
    f.answer("r-0");
    CHECK(f.jobs["r-0"].empty());
    CHECK(f.pool.status().figures.abandoned == 1);
}

TEST_CASE("other rules leave what waits and what is worked on as it is") {
    Fixture f(4, 2);
    f.join("r-0");
    f.join("r-1");
    std::vector<std::shared_ptr<Client>> clients;
    for (int i = 0; i < 6; ++i)
        clients.push_back(f.ask());
    f.pool.update(Fixture::rules(3, 2));
    for (int i = 0; i < 3; ++i) {
        if (!f.jobs["r-0"].empty()) f.answer("r-0");
        if (!f.jobs["r-1"].empty()) f.answer("r-1");
    }
    for (const auto& client : clients)
        CHECK(client->status == 200);
    const auto figures = f.pool.status().figures;
    CHECK(figures.offered == 6);
    CHECK(figures.queued == 0);
    CHECK(figures.in_flight == 0);
}

TEST_CASE("when the group stops, what waits is told so, and what is worked on is finished") {
    Fixture f;
    f.join("r-0");
    const auto first = f.ask(), second = f.ask();
    f.pool.shut();
    CHECK(second->response.body.find("the group is stopping") != std::string::npos);
    CHECK(f.ask()->status == 503);
    f.answer("r-0");
    CHECK(first->status == 200);
}

TEST_CASE("a pool's status survives JSON, and has a line for each figure in metrics") {
    Fixture f;
    f.join("r-0");
    f.ask();
    f.answer("r-0");
    const auto status = f.pool.status();
    const auto json = to_json(status);
    const auto read = pool::pool_status_from_json(json);
    REQUIRE(read);
    CHECK(codec::write_json(to_json(*read)) == codec::write_json(json));
    const auto text = pool::pool_metrics({status});
    CHECK(text.find("layer_cake_pool_requests_total{pool=\"p\",result=\"completed\"} 1\n") != std::string::npos);
    CHECK(text.find("layer_cake_pool_workers{pool=\"p\",state=\"serving\"} 1\n") != std::string::npos);
    CHECK(pool::pool_metrics({}) == "");
}

TEST_CASE("what a worker refuses by itself is over at once, however much of it waits, and says nothing of its time") {
    Fixture f;
    auto patient = Fixture::rules(100'000, 1);
    patient.responsiveness = std::chrono::hours(10);
    f.pool.update(patient);
    f.join("r-0");
    f.ask();
    f.answer("r-0"); // how long they take is known
    const auto first = f.ask();
    std::vector<std::shared_ptr<Client>> bad;
    for (int i = 0; i < 50'000; ++i)
        bad.push_back(f.ask());
    f.workers["r-0"]->refuses = true;
    f.answer("r-0");
    CHECK(first->status == 200);
    CHECK(std::all_of(bad.begin(), bad.end(), [](const auto& client) { return client->status == 400; }));
    const auto alone = f.ask();
    CHECK(alone->status == 400);
    f.workers["r-0"]->refuses = false;
    const auto last = f.ask();
    f.answer("r-0");
    CHECK(last->status == 200);
}
