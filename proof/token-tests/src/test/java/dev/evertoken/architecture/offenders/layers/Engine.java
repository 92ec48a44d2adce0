package dev.evertoken.architecture.offenders.layers;

import dev.evertoken.architecture.offenders.layers.okhttp.Plugin;

/** Stands in a wrong place. Thread-safe. */
public final class Engine {
    Plugin plugin;
}
