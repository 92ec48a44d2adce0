package dev.evertoken.architecture.offenders.layers.store.jdbc;

import dev.evertoken.architecture.offenders.layers.store.gcp.OneStore;

final class TwoStore {
    OneStore other;
}
