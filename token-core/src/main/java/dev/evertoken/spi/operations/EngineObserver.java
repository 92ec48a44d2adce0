package dev.evertoken.spi.operations;

/**
 * Sees the work of an engine while it happens: refreshes, the callers that wait for them, and the calls of the store.
 * Metrics and traces are made from it. {@code TokensBuilder.observer} adds one.
 *
 * <p>No method receives an account or a secret, so neither can become a label. A token that is valid in memory is
 * returned without a call of an observer.
 *
 * <p>Methods are called by the thread that does the work, and never while a lock is held. They must not block and must
 * not request a token. An exception is logged at most once a minute and is otherwise ignored; it never affects a token.
 * Later versions may add methods. Implementations are thread-safe.
 */
public interface EngineObserver {

    /**
     * Called once, when the engine has been built and before its first refresh.
     *
     * @param operations the state of the engine; it stays readable after the engine is closed
     */
    default void started(TokenOperations operations) {}

    /**
     * Returns the observation of a refresh that is about to start. Called on the thread that needs the refresh, so that
     * the observation can keep the context of that thread. Nothing has started yet: {@link RefreshObservation#started}
     * is called if this refresh starts, and no method is called if that of another thread started first.
     */
    default RefreshObservation refresh(RefreshStart start) {
        return RefreshObservation.none();
    }

    /** Called after each call of the store, on the thread that called it. */
    default void storeCalled(StoreCall call) {}

    /** Called once, when the engine has been closed. */
    default void closed() {}
}
