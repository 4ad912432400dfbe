#include "texture.hpp"

// A function is a program: its settings are the command line, what it returns is printed.
int main(int argc, char** argv) {
    return layer_cake::run(texture::weave, argc, argv);
}
