package dev.evertoken.architecture.offenders.house.store.two;

import dev.evertoken.architecture.offenders.house.store.one.OneStore;

final class TwoStore {
    OneStore other;
}
