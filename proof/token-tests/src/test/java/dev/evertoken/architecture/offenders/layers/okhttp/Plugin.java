package dev.evertoken.architecture.offenders.layers.okhttp;

/** Stands in a wrong place. Thread-safe. */
public interface Plugin {}
