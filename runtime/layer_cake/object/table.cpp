#include <algorithm>
#include <cstdlib>
#include <layer_cake/object/table.hpp>

namespace layer_cake::object {

constexpr std::size_t most_spare = 256;

Table::Table(std::uint32_t shard, std::uint32_t first_generation)
    : shard_(shard),
      first_generation_(first_generation),
      highest_(first_generation),
      chunks_(static_cast<Slot**>(std::calloc(Id::slots / chunk_slots, sizeof(Slot*))), std::free) {}

Table::~Table() {
    const auto chunks = (fresh_.load() + chunk_slots - 1) / chunk_slots;
    for (std::uint32_t i = 0; i < chunks; ++i)
        delete[] chunks_[i];
}

std::uint32_t Table::fresh() {
    std::uint32_t number = fresh_.load(std::memory_order_relaxed);
    do {
        if (number >= Id::slots) return 0;
    } while (!fresh_.compare_exchange_weak(number, number + 1));
    return number;
}

Table::Slot& Table::slot(std::uint32_t number) {
    Slot*& chunk = chunks_[number / chunk_slots];
    if (!chunk) {
        chunk = new Slot[chunk_slots];
        for (std::uint32_t i = 0; i < chunk_slots; ++i)
            chunk[i].generation = first_generation_;
    }
    return chunk[number % chunk_slots];
}

Id Table::add(void* what, bool ask) {
    std::uint32_t number = 0;
    if (free_.empty()) {
        number = fresh();
        if (!number) return {};
    } else {
        number = free_.back();
        free_.pop_back();
    }
    Slot& place = slot(number);
    place.what = what;
    place.ask = ask;
    if (!ask) ++objects_;
    return Id::of(shard_, place.generation, number, ask);
}

Id Table::reserve() {
    const std::lock_guard guard(mutex_);
    lends_ = true;
    if (spare_.empty()) {
        const auto number = fresh();
        return number ? Id::of(shard_, first_generation_, number) : Id{};
    }
    const Id id = spare_.back();
    spare_.pop_back();
    return id;
}

void Table::install(Id id, void* what) {
    Slot& place = slot(id.slot());
    place.what = what;
    place.ask = false;
    ++objects_;
}

void Table::remove(Id id) {
    Slot& place = slot(id.slot());
    if (!place.ask) --objects_;
    place.what = nullptr;
    place.generation = (place.generation + 1) % Id::generations;
    highest_ = std::max(highest_, place.generation);
    if (!place.ask) {
        const std::lock_guard guard(mutex_);
        if (lends_ && spare_.size() < most_spare) {
            spare_.push_back(Id::of(shard_, place.generation, id.slot()));
            return;
        }
    }
    free_.push_back(id.slot());
}

} // namespace layer_cake::object
