package dev.evertoken.architecture.offenders.house.store.one;

import dev.evertoken.architecture.offenders.house.Engine;

/** Stands in a wrong place. Thread-safe. */
public final class OneStore {
    Engine engine;
}
