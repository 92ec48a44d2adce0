package dev.evertoken.architecture.offenders.house.model;

import dev.evertoken.architecture.offenders.house.store.Shelf;

final class KnowsTheStore {
    Shelf shelf;
}
