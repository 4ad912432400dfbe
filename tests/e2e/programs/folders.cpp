// Tells the folders it works in, and leaves a file in two of them.
#include <filesystem>
#include <fstream>
#include <layer_cake/layer_cake.hpp>

namespace lc = layer_cake;
namespace fs = std::filesystem;

struct Folders {
    std::string resource;
    std::string model;
    std::string tmp;
    bool tmp_was_empty = false;
    bool model_was_kept = false;
};
LAYER_CAKE_MESSAGE(Folders, resource, model, tmp, tmp_was_empty, model_was_kept)

Folders folders(lc::Self&) {
    Folders found{lc::resource_path(), lc::model_path(), lc::tmp_path(), false, false};
    found.tmp_was_empty = fs::is_empty(found.tmp);
    found.model_was_kept = fs::exists(found.model + "/kept");
    std::ofstream(found.tmp + "/left") << "left\n";
    std::ofstream(found.model + "/kept") << "kept\n";
    return found;
}
LAYER_CAKE_OBJECT(folders)

int main(int argc, char** argv) {
    return lc::run(folders, argc, argv);
}
