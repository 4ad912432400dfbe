#include <layer_cake/layer_cake.hpp>
#include <map>

namespace lc = layer_cake;

struct Note {
    std::int64_t id = 0;
    std::string title;
    std::string text;
    std::set<std::string> tags;
};
LAYER_CAKE_MESSAGE(Note, id, title, text, tags)

// What a note was when the service was new: one tag. Files of that time are still about.
struct NoteWithOneTag {
    std::int64_t id = 0;
    std::string title;
    std::string text;
    std::string tag;
};
LAYER_CAKE_MESSAGE(NoteWithOneTag, id, title, text, tag)

// Each request is a message of its own.
struct ListNotes {
    std::string tag; ///< those that have it; all when empty
};
LAYER_CAKE_MESSAGE(ListNotes, tag)
struct AddNote {
    std::string title;
    std::string text;
    std::set<std::string> tags;
};
LAYER_CAKE_MESSAGE(AddNote, title, text, tags)
struct GetNote {
    std::int64_t id = 0;
};
LAYER_CAKE_MESSAGE(GetNote, id)
struct PutNote {
    std::int64_t id = 0;
    std::string title;
    std::string text;
    std::set<std::string> tags;
};
LAYER_CAKE_MESSAGE(PutNote, id, title, text, tags)
struct DeleteNote {
    std::int64_t id = 0;
};
LAYER_CAKE_MESSAGE(DeleteNote, id)

using Notes = std::vector<Note>;
LAYER_CAKE_REGISTER(Notes)

struct Settings {
    lc::HostPort server_address{"127.0.0.1", 5052};
};
LAYER_CAKE_MESSAGE(Settings, server_address)

lc::Result<Note> upgraded(const lc::Older& older) {
    if (!older.is<NoteWithOneTag>()) return older.as<Note>();
    auto note = older.as<NoteWithOneTag>();
    if (!note) return lc::fail(note.error());
    Note now{note->id, note->title, note->text, {}};
    if (!note->tag.empty()) now.tags.insert(note->tag);
    return now;
}

// The notes, each in a file of its own in the role's model folder, and a handler for each thing that can be done.
class Desk {
public:
    using accepts = lc::accepts<lc::Start, ListNotes, AddNote, GetNote, PutNote, DeleteNote>;

    explicit Desk(lc::HostPort address)
        : address_(std::move(address)),
          folder_(lc::model_path() + "/notes", {.key = [](const Note& note) { return note.id; }, .upgrade = upgraded}) {
    }

    void on(lc::Object& self, lc::Start) {
        auto kept = folder_.recover();
        if (!kept) return self.complete(lc::Faulted{"the notes cannot be read", kept.error().detail, {}, {}});
        notes_ = std::move(*kept);
        lc::HttpOptions options;
        options.form = lc::HttpForm::plain;
        auto http = lc::listen(
            self, address_,
            lc::http<>.with(lc::route<ListNotes>("GET", "/notes"), lc::route<AddNote>("POST", "/notes"),
                            lc::route<GetNote>("GET", "/notes/{id}"), lc::route<PutNote>("PUT", "/notes/{id}"),
                            lc::route<DeleteNote>("DELETE", "/notes/{id}")),
            options);
        if (!http) return self.complete(http.fault());
        self.console("listening", {{"port", *http->listening_ipp.port}, {"notes", notes_.size()}});
    }

    Notes on(lc::Object&, const ListNotes& list) {
        Notes found;
        for (const auto& [id, note] : notes_)
            if (list.tag.empty() || note.tags.contains(list.tag)) found.push_back(note);
        return found;
    }
    lc::Any on(lc::Object&, const AddNote& add) {
        const auto id = notes_.empty() ? 1 : notes_.rbegin()->first + 1;
        Note note{id, add.title, add.text, add.tags};
        if (auto added = folder_.add(notes_, note); !added) return not_kept(added.error());
        return note;
    }
    lc::Any on(lc::Object&, const GetNote& get) {
        const auto found = notes_.find(get.id);
        if (found == notes_.end()) return missing(get.id);
        return found->second;
    }
    lc::Any on(lc::Object&, const PutNote& put) {
        if (!notes_.contains(put.id)) return missing(put.id);
        Note note{put.id, put.title, put.text, put.tags};
        if (auto updated = folder_.update(notes_, note); !updated) return not_kept(updated.error());
        return note;
    }
    lc::Any on(lc::Object&, const DeleteNote& gone) {
        if (!notes_.contains(gone.id)) return missing(gone.id);
        if (auto removed = folder_.remove(notes_, gone.id); !removed) return not_kept(removed.error());
        return lc::http_response(204, "", "");
    }

private:
    static lc::Faulted missing(std::int64_t id) { return {"no such note", std::to_string(id), 404, {}}; }
    static lc::Faulted not_kept(const lc::Error& error) { return {"it cannot be kept", error.detail, 500, {}}; }

    lc::HostPort address_;
    lc::Folder<Note, std::int64_t> folder_;
    std::map<std::int64_t, Note> notes_;
};

lc::Any notes(lc::Self& self, Settings settings) {
    self.create<Desk>(settings.server_address);
    auto ended = self.select<lc::Returned>();
    if (auto* returned = ended.get<lc::Returned>()) return std::move(returned->message);
    return lc::Aborted{};
}
LAYER_CAKE_OBJECT(notes)

int main(int argc, char** argv) {
    return lc::run(notes, argc, argv);
}
