package dev.evertoken.internal.refresh;

import static dev.evertoken.internal.refresh.RefreshExploration.explore;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.jetbrains.lincheck.LincheckAssertionError;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The orders in which two processes can refresh one account. */
@Tag("interleavings")
class RefreshInterleavingsTest {

    @Test
    void noOrderOfRefreshesPresentsATokenTwiceOrLosesOne() {
        explore(RefreshExploration.Refreshing.class, 1, 60);
    }

    @Test
    void aStoreWithoutComparisonIsDetectedByRefreshes() {
        assertThatThrownBy(() -> explore(RefreshExploration.RefreshingCarelessly.class, 1, 60))
                .isInstanceOf(LincheckAssertionError.class)
                .hasMessageContaining("a refresh token that is presented twice must not be");
    }
}
