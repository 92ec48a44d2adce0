package dev.evertoken.architecture.offenders.house;

import dev.evertoken.architecture.offenders.house.okhttp.Plugin;

/** Stands in a wrong place. Thread-safe. */
public final class Engine {
    Plugin plugin;
}
