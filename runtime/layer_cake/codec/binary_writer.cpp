#include <algorithm>
#include <fmt/format.h>
#include <layer_cake/codec/binary.hpp>
#include <layer_cake/codec/binary_form.hpp>
#include <layer_cake/codec/message_plan.hpp>
#include <layer_cake/codec/typed_json.hpp>
#include <layer_cake/core/utf8.hpp>
#include <memory>
#include <unordered_map>

namespace layer_cake::codec {
namespace {

using type::Info;
using type::Kind;

class BinaryWriter {
public:
    BinaryWriter(TextBuffer& out, const BinaryWriting& how) : out_(&out), how_(how), depth_(how.depth) {}

    Result<void> run(const Info& info, const void* value) {
        const auto start = out_->size();
        number(info.schema_hash());
        if (write(info, value) && write_table()) return ok();
        out_->cut(start);
        return fail(Fault::invalid, fmt::format("message{}: {}", place_, problem_));
    }

private:
    struct Pointee {
        std::uint64_t alias = 0;
        std::shared_ptr<void> value;
        const Info* info = nullptr;
    };

    bool write(const Info& info, const void* value) {
        if (const auto size = plain_size(info.kind)) return plain(value, size), true;
        switch (info.kind) {
        case Kind::message:
            return write_message(info, value);
        case Kind::array:
        case Kind::vector:
        case Kind::deque:
        case Kind::set:
            return write_sequence(info, value);
        case Kind::map:
            return write_map(info, value);
        case Kind::optional: {
            const auto* held = info.optional->get(value);
            out_->put(held ? '\1' : '\0');
            return !held || write(*info.element, held);
        }
        case Kind::pointer:
            return write_pointer(info, value);
        case Kind::any:
            return write_any(*static_cast<const type::Any*>(value));
        case Kind::enumeration:
            return write_enumeration(info, value);
        default:
            return write_text(info, value);
        }
    }

    bool write_message(const Info& info, const void* value) {
        if (!enter()) return false;
        for (const auto& field : plan_of(info).fields)
            if (!write(*field.member.info, field.member.in(value))) return at("." + std::string(field.member.name));
        ++depth_;
        return true;
    }

    bool write_sequence(const Info& info, const void* value) {
        if (!enter()) return false;
        const auto count = info.sequence->size(value);
        if (info.kind != Kind::array) length(count);
        if (const auto size = plain_size(info.element->kind); size != 0 && info.sequence->data) {
            if (count != 0) plain(info.sequence->data(value), size * count);
            ++depth_;
            return true;
        }
        struct Step {
            BinaryWriter* writer;
            const Info* element;
            std::size_t index;
        } step{this, info.element, 0};
        const bool done = info.sequence->each(value, &step, [](void* context, const void* element) {
            auto& step = *static_cast<Step*>(context);
            if (!step.writer->write(*step.element, element)) return step.writer->at(fmt::format("[{}]", step.index));
            ++step.index;
            return true;
        });
        ++depth_;
        return done;
    }

    bool write_map(const Info& info, const void* value) {
        if (!enter()) return false;
        length(info.map->size(value));
        struct Step {
            BinaryWriter* writer;
            const Info* info;
            std::size_t index;
        } step{this, &info, 0};
        const bool done = info.map->each(value, &step, [](void* context, const void* key, const void* value) {
            auto& step = *static_cast<Step*>(context);
            if (!step.writer->write(*step.info->key, key) || !step.writer->write(*step.info->element, value))
                return step.writer->at(fmt::format("[{}]", step.index));
            ++step.index;
            return true;
        });
        ++depth_;
        return done;
    }

    bool write_pointer(const Info& info, const void* value) {
        auto pointee = info.pointer->get(value);
        if (!pointee) return number(0), true;
        auto& here = by_place_[pointee.get()];
        for (const auto index : here)
            if (pointees_[index].info == info.element) return number(pointees_[index].alias), true;
        here.push_back(pointees_.size());
        const auto alias = next_alias();
        pointees_.push_back({alias, std::move(pointee), info.element});
        number(alias);
        return true;
    }

    bool write_any(const type::Any& any) {
        if (!any) return out_->put(static_cast<char>(AnyForm::none)), true;
        if (const auto* unknown = any.get<type::Incognito>()) return write_incognito(*unknown), true;
        if (!enter()) return false;
        out_->put(static_cast<char>(AnyForm::binary));
        text(any.signature());
        number(any.info()->schema_hash());
        const auto start = out_->size();
        plain("\0\0\0\0", 4); // its length, known behind it
        if (!write(*any.info(), any.value())) return false;
        const auto size = static_cast<std::uint32_t>(out_->size() - start - 4);
        const auto end = out_->size();
        out_->cut(start);
        plain(&size, 4);
        out_->end(out_->data() + end);
        ++depth_;
        return true;
    }

    void write_incognito(const type::Incognito& unknown) {
        const bool as_json = !unknown.word.json.empty();
        out_->put(static_cast<char>(as_json ? AnyForm::json : AnyForm::binary));
        text(unknown.type_name);
        if (as_json) {
            text(unknown.word.json);
            length(unknown.aliases.size());
            for (const auto& alias : unknown.aliases)
                text(alias);
            length(unknown.pointers.size());
            for (const auto& pointer : unknown.pointers) {
                text(pointer.alias);
                text(pointer.word.json);
            }
        } else {
            number(unknown.schema_hash);
            const auto size = static_cast<std::uint32_t>(unknown.binary.size());
            plain(&size, 4);
            if (size != 0) plain(unknown.binary.data(), size);
            for (const auto& pointer : unknown.pointers) // alias and value, as they lay in the table
                if (std::none_of(saved_.begin(), saved_.end(),
                                 [&](const auto* each) { return each->alias == pointer.alias; }))
                    saved_.push_back(&pointer);
        }
        if (how_.book)
            for (const auto& saved : unknown.addresses)
                if (!how_.book->find(saved.key)) how_.book->add(saved.key, saved.address);
    }

    bool write_enumeration(const Info& info, const void* value) {
        const auto wanted = info.number_of(value);
        const auto all = info.enumerators();
        for (std::size_t at = 0; at < all.size(); ++at)
            if (all[at].value == wanted) return length(at), true;
        return refuse(fmt::format("{} has no name for {}", info.signature(), wanted));
    }

    bool write_text(const Info& info, const void* value) {
        switch (info.kind) {
        case Kind::unicode: {
            std::string_view left = *static_cast<const std::string*>(value);
            if (valid_utf8_prefix(left) == left.size()) return text(left), true;
            std::string mended;
            while (!left.empty()) {
                const auto good = valid_utf8_prefix(left);
                mended += left.substr(0, good);
                left.remove_prefix(good);
                if (left.empty()) break;
                mended += "\xef\xbf\xbd";
                left.remove_prefix(1);
            }
            return text(mended), true;
        }
        case Kind::string:
            return text(static_cast<const type::ByteString*>(value)->bytes), true;
        case Kind::block: {
            const auto& block = *static_cast<const type::Block*>(value);
            return text({reinterpret_cast<const char*>(block.data()), block.size()}), true;
        }
        case Kind::type:
            return text(static_cast<const type::TypeName*>(value)->name), true;
        case Kind::word: {
            const auto& json = static_cast<const type::Word*>(value)->json;
            if (!is_json(json, 64, true)) return refuse("a word is not JSON");
            return text(json), true;
        }
        case Kind::target:
            return numbers(static_cast<const type::Target*>(value)->address), true;
        case Kind::address: {
            const auto& address = *static_cast<const type::Address*>(value);
            if (!how_.book) return numbers(address), true;
            if (!address) return text({}), true;
            auto key = fmt::format("{:016x}", next_alias());
            text(key);
            how_.book->add(std::move(key), address);
            return true;
        }
        default:
            return refuse("no value of " + info.signature() + " has a binary form");
        }
    }

    // One pointee after the other, not one within the other: a list of any length needs no deep stack.
    bool write_table() {
        for (std::size_t at = 0; at < pointees_.size(); ++at) {
            const auto pointee = pointees_[at];
            TextBuffer word;
            auto* const outer = std::exchange(out_, &word);
            const bool done = write(*pointee.info, pointee.value.get());
            out_ = outer;
            if (!done) return at_pointee();
            words_.push_back(std::move(word));
        }
        if (pointees_.empty() && saved_.empty()) return true;
        length(pointees_.size() + saved_.size());
        for (std::size_t at = 0; at < pointees_.size(); ++at) {
            number(pointees_[at].alias);
            text(words_[at].view());
        }
        for (const auto* saved : saved_) {
            plain(saved->alias.data(), 8);
            text(saved->word.json);
        }
        return true;
    }

    bool at_pointee() { return at("->"); }
    bool at(std::string step) {
        place_.insert(0, step);
        return false;
    }
    bool refuse(std::string problem) {
        if (problem_.empty()) problem_ = std::move(problem);
        return false;
    }
    bool enter() {
        if (depth_ == 0) return refuse(fmt::format("nested deeper than {} levels", how_.depth));
        --depth_;
        return true;
    }

    std::uint64_t next_alias() {
        if (alias_ == 0) {
            const auto unique = type::Uuid::make();
            std::memcpy(&alias_, unique.bytes.data(), 8);
        }
        if (++alias_ == 0) ++alias_;
        return alias_;
    }

    void plain(const void* from, std::size_t size) {
        char* const to = out_->need(size);
        std::memcpy(to, from, size);
        out_->end(to + size);
    }
    void number(std::uint64_t value) { plain(&value, sizeof value); }
    void length(std::size_t value) {
        char* to = out_->need(10);
        for (; value >= 0x80; value >>= 7)
            *to++ = static_cast<char>(value | 0x80);
        *to++ = static_cast<char>(value);
        out_->end(to);
    }
    void text(std::string_view text) {
        length(text.size());
        out_->put(text);
    }
    void numbers(const type::Address& address) {
        const auto list = address.list();
        length(list.size());
        plain(list.data(), list.size() * sizeof list[0]);
    }

    TextBuffer* out_;
    const BinaryWriting& how_;
    int depth_;
    std::uint64_t alias_ = 0;
    std::vector<Pointee> pointees_;
    std::vector<TextBuffer> words_;
    std::unordered_map<const void*, std::vector<std::size_t>> by_place_;
    std::vector<const type::SavedPointer*> saved_;
    std::string place_;
    std::string problem_;
};

} // namespace

Result<void> write_binary(TextBuffer& out, const Info& info, const void* value, const BinaryWriting& how) {
    return BinaryWriter(out, how).run(info, value);
}

} // namespace layer_cake::codec
