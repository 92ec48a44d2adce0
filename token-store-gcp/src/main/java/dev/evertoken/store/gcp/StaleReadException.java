package dev.evertoken.store.gcp;

/**
 * The service has shown a state that cannot be the newest one; another look may show it. Carries what to throw when
 * patience ends. Immutable but for what {@link Throwable} keeps.
 */
final class StaleReadException extends Exception {

    private static final long serialVersionUID = 1L;

    private final RuntimeException inTheEnd;

    StaleReadException(RuntimeException inTheEnd) {
        super(inTheEnd.getMessage(), inTheEnd, false, false);
        this.inTheEnd = inTheEnd;
    }

    RuntimeException inTheEnd() {
        return inTheEnd;
    }
}
