package dev.evertoken.micrometer;

import dev.evertoken.spi.operations.EngineObserver;
import dev.evertoken.spi.operations.RefreshObservation;
import dev.evertoken.spi.operations.RefreshStart;
import io.micrometer.observation.ObservationRegistry;

/**
 * Observes the refreshes of an engine, and the callers that join one, with the observation API, from which tracing
 * makes spans.
 *
 * <pre>{@code
 * Tokens tokens = Tokens.builder()
 *         .observer(TokenObservations.to(observationRegistry))
 *         …
 * }</pre>
 *
 * <ul>
 *   <li>{@value #REFRESH}: a refresh, from its request to its end. It is a child of the observation of the caller that
 * started it. A refresh without a waiting caller has no parent, even if a caller caused it. The calls of the store
 *       and of the provider are made in its scope. Its context is a {@link RefreshContext}.
 *   <li>{@value #WAIT}: a caller that waits for the refresh of another caller, as a child of its own observation. Its
 *       context is a {@link RefreshWaitContext}, which leads to the refresh.
 * </ul>
 *
 * <p>The key values are the registration, the provider and constants; never an account. A meter handler of the registry
 * makes timers of these names, which differ from those of {@link TokenMetrics}, so both can be used. A token that is
 * served from memory is not observed. Thread-safe.
 */
public final class TokenObservations implements EngineObserver {

    /** The name of the observation of a refresh. */
    public static final String REFRESH = "evertoken.refresh.observed";

    /** The name of the observation of a caller that waits for the refresh of another one. */
    public static final String WAIT = "evertoken.wait.observed";

    private final ObservationRegistry registry;

    private TokenObservations(ObservationRegistry registry) {
        this.registry = registry;
    }

    /** Returns observations that are made with a registry. */
    public static TokenObservations to(ObservationRegistry registry) {
        return new TokenObservations(registry);
    }

    @Override
    public RefreshObservation refresh(RefreshStart start) {
        return registry.isNoop() ? RefreshObservation.none() : new ObservedRefresh(registry, start);
    }
}
