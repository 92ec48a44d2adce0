package dev.evertoken.architecture.offenders.layers.model;

import dev.evertoken.architecture.offenders.layers.store.StoreRoom;

final class KnowsTheStore {
    StoreRoom store;
}
