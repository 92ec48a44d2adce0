package dev.evertoken.architecture.offenders;

/**
 * Does something.
 *
 * <pre>{@code
 * SaysItBelowAnExample one = new SaysItBelowAnExample() {};
 * }</pre>
 *
 * <p>Immutable.
 */
public interface SaysItBelowAnExample {}
