#pragma once

namespace layer_cake {

/// Gives back the pages of code and constants of program and libraries that are mapped now. What is still used comes
/// back by itself, from the page cache; what only a start needed does not. For a process that will wait for a long
/// time.
void give_back_code_pages();

} // namespace layer_cake
