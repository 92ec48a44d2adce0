package dev.evertoken.architecture.offenders.layers.internal.parts;

/** Stands in a wrong place. Thread-safe. */
public final class Parts {}
