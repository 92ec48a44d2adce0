package dev.evertoken.micrometer;

import io.micrometer.observation.Observation;

/**
 * The context of the observation of a caller that waits for a refresh which another caller started.
 *
 * <p>Its parent is the observation of its own caller; the refresh belongs to another trace. A link between the two is
 * not a part of the observation API. A handler can create it: {@link #refresh()} is the context of the refresh, in
 * which the tracing handlers keep its span. Thread-safe, like its superclass.
 */
public final class RefreshWaitContext extends Observation.Context {

    private final RefreshContext refresh;

    RefreshWaitContext(RefreshContext refresh) {
        this.refresh = refresh;
    }

    /** Returns the context of the refresh that the caller waits for; to be read only. */
    public RefreshContext refresh() {
        return refresh;
    }
}
