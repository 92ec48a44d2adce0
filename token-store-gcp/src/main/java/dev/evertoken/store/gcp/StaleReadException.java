package dev.evertoken.store.gcp;

/**
 * The service has returned a state that is known to be outdated, so the read should be repeated. Has the exception to
 * throw after the last attempt. Immutable except for the state of {@link Throwable}.
 */
final class StaleReadException extends Exception {

    private static final long serialVersionUID = 1L;

    private final RuntimeException failure;

    StaleReadException(RuntimeException failure) {
        super(failure.getMessage(), failure, false, false);
        this.failure = failure;
    }

    RuntimeException failure() {
        return failure;
    }
}
