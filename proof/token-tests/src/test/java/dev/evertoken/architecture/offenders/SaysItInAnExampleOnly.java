package dev.evertoken.architecture.offenders;

/**
 * Does something.
 *
 * <pre>{@code
 * print("It is done. Immutable. ");
 * }</pre>
 */
public interface SaysItInAnExampleOnly {}
