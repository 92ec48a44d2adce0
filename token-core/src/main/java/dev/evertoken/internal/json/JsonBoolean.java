package dev.evertoken.internal.json;

/** One of the literals {@code true} and {@code false} (RFC 8259 section 3). Immutable. */
public record JsonBoolean(boolean value) implements JsonValue {}
