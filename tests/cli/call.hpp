#pragma once

#include <cli/commands.hpp>
#include <sstream>
#include <string>
#include <vector>

/// A command line run in this process, with its streams kept.
struct Call {
    std::ostringstream out_stream, err_stream;
    std::string out, err, error; ///< error: what main would print
    int status = -1;

    explicit Call(const std::vector<std::string>& arguments) {
        namespace lc = layer_cake::cli;
        lc::Invocation call{
            .words = {}, .options = {}, .remainder = {}, .after = {}, .home = {}, .out = out_stream, .err = err_stream};
        const auto parsed = lc::parse(arguments, call);
        if (!parsed) {
            fail(parsed.error());
        } else if (!parsed->help) {
            const auto result = parsed->command->run(call);
            if (result)
                status = *result;
            else
                fail(result.error());
        }
        out = out_stream.str();
        err = err_stream.str();
    }

private:
    void fail(const layer_cake::Error& why) {
        error = why.detail;
        status = layer_cake::cli::exit_of(why.fault);
    }
};
