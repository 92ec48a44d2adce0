package dev.evertoken.internal.refresh;

import static dev.evertoken.internal.refresh.RefreshExploration.explore;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.jetbrains.lincheck.LincheckAssertionError;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The orders in which two processes can refresh, disconnect and reconnect one account. */
@Tag("interleavings")
class ReconnectInterleavingsTest {

    @Test
    void noOrderOfRefreshesDisconnectsAndReconnectsLosesATokenOrRestoresARemovedOne() {
        explore(RefreshExploration.Reconnecting.class, 4, 30);
    }

    @Test
    void aStoreWithoutComparisonIsDetectedByAReconnect() {
        assertThatThrownBy(() -> explore(RefreshExploration.ReconnectingCarelessly.class, 4, 30))
                .isInstanceOf(LincheckAssertionError.class)
                .hasMessageContaining("must not be");
    }
}
