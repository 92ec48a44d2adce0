package dev.evertoken.architecture.offenders.house.right;

import dev.evertoken.architecture.offenders.house.left.Left;

/** Stands in a wrong place. Thread-safe. */
public final class Right {
    Left left;
}
