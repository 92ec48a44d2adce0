package dev.evertoken.architecture.offenders.layers.store.gcp;

import dev.evertoken.architecture.offenders.layers.Engine;

/** Stands in a wrong place. Thread-safe. */
public final class OneStore {
    Engine engine;
}
