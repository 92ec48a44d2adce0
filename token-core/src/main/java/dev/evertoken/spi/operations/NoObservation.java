package dev.evertoken.spi.operations;

/** The observation of a refresh without an observer. Immutable. */
final class NoObservation implements RefreshObservation {

    static final NoObservation INSTANCE = new NoObservation();
    static final CallerWait NO_WAIT = (took, problem) -> {};
    static final Step NO_STEP = () -> {};

    private NoObservation() {}
}
