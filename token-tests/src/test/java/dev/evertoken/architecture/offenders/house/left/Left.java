package dev.evertoken.architecture.offenders.house.left;

import dev.evertoken.architecture.offenders.house.right.Right;

/** Stands in a wrong place. Thread-safe. */
public final class Left {
    Right right;
}
