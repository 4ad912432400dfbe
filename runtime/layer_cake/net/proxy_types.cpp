#include <layer_cake/net/proxy.hpp>

/// How two of our own come to use the binary form (binary_frame.hpp).
namespace layer_cake::net {

template <class Write>
void Proxy::write_control(Write write) {
    builder_->begin(encrypting_ ? Cipher::overhead : 0);
    write(stream_->out());
    builder_->end_header();
    builder_->end_body();
    std::string problem;
    end_frame(problem);
}

void Proxy::know_as_ours() {
    if (std::exchange(is_ours_, true) || announced_) return;
    write_control([](codec::TextBuffer& out) { out.put(static_cast<char>(FrameKind::hello)); });
}

const Agreement::Sent* Proxy::agreement_on(const Any& message, const Address& to) {
    if (!message || !to.is_local()) return nullptr;
    bool is_new = false;
    const auto& sent = types_.sends(*message.info(), is_new);
    if (sent.agreed) return &sent;
    if (is_new) {
        const Proposal proposal{sent.number, message.info()->schema_hash(), message.signature()};
        write_control([&](codec::TextBuffer& out) { write_proposal(out, proposal); });
    }
    return nullptr;
}

bool Proxy::receive_control(std::string_view header) {
    if (!announced_) return broken("a binary frame that was not asked for");
    know_as_ours();
    if (kind_of(header) == FrameKind::hello) return true; // what a later kind adds to it is read over
    if (kind_of(header) == FrameKind::agreed) {
        const auto number = read_agreed(header);
        if (!number || !types_.agreed(*number)) return broken("an agreement to nothing");
        return true;
    }
    const auto proposal = read_proposal(header);
    bool agree = false;
    if (!proposal || !types_.proposed(*proposal, agree)) return broken("a proposal that is not one");
    const auto number = proposal->number;
    if (agree) write_control([&](codec::TextBuffer& out) { write_agreed(out, number); });
    return true;
}

} // namespace layer_cake::net
