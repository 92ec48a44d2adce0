package dev.evertoken.architecture.offenders.layers.right;

import dev.evertoken.architecture.offenders.layers.left.Left;

/** Stands in a wrong place. Thread-safe. */
public final class Right {
    Left left;
}
