package dev.evertoken.micrometer;

import dev.evertoken.spi.operations.RefreshStart;
import io.micrometer.observation.Observation;

/**
 * The context of the observation of a refresh, for handlers that treat refreshes in a special way.
 *
 * <p>Thread-safe, like its superclass.
 */
public final class RefreshContext extends Observation.Context {

    private final RefreshStart start;

    RefreshContext(RefreshStart start) {
        this.start = start;
    }

    /** Returns the client and the cause of the refresh. */
    public RefreshStart refreshStart() {
        return start;
    }
}
