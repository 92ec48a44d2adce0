package dev.evertoken.architecture.offenders.layers.store.two;

import dev.evertoken.architecture.offenders.layers.store.one.OneStore;

final class TwoStore {
    OneStore other;
}
