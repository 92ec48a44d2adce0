package dev.evertoken.architecture.offenders.layers.left;

import dev.evertoken.architecture.offenders.layers.right.Right;

/** Stands in a wrong place. Thread-safe. */
public final class Left {
    Right right;
}
