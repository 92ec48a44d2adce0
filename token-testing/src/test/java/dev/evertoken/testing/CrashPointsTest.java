package dev.evertoken.testing;

import static dev.evertoken.internal.record.SampleRecords.ALICE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.evertoken.spi.store.TokenRecord;
import dev.evertoken.spi.store.TokenStore;
import dev.evertoken.testing.CrashPoints.Mode;
import dev.evertoken.testing.CrashPoints.Point;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A crash happens at its point: writes before that point are stored, writes after it are not. */
class CrashPointsTest {
    private final TokenStore inside = CrashingProgram.filled();

    @ParameterizedTest
    @EnumSource(
            value = Point.class,
            names = {"AFTER_LOAD", "BEFORE_CLAIM", "AFTER_CLAIM", "BEFORE_SAVE", "AFTER_SAVE"})
    void aCrashKeepsTheWritesBeforeIt(Point point) {
        TokenStore store = CrashPoints.at(point, Mode.THROW).around(inside);

        assertThatThrownBy(() -> CrashingProgram.refresh(store, any -> {}))
                .isInstanceOf(CrashPoints.Crash.class)
                .hasMessage("crashed at " + point);

        TokenRecord stored = inside.load(ALICE).orElseThrow();
        assertThat(stored.claim().isPresent()).isEqualTo(point == Point.AFTER_CLAIM || point == Point.BEFORE_SAVE);
        assertThat(stored.generation()).isEqualTo(point == Point.AFTER_SAVE ? 2 : 1);
    }

    @Test
    void aCrashHappensAtTheGivenCall() {
        TokenStore store = CrashPoints.parse("THROW AFTER_LOAD 3").around(inside);

        assertThat(store.load(ALICE)).isPresent();
        assertThat(store.load(ALICE)).isPresent();
        assertThatThrownBy(() -> store.load(ALICE)).isInstanceOf(CrashPoints.Crash.class);
        assertThat(store.load(ALICE)).isPresent();
    }

    @Test
    void aFrozenThreadContinuesWhenItIsResumed() {
        CrashPoints crash = CrashPoints.at(Point.AFTER_LOAD, Mode.FREEZE);
        TokenStore store = crash.around(inside);
        CompletableFuture<?> load = CompletableFuture.supplyAsync(() -> store.load(ALICE));

        crash.awaitFrozen();
        assertThat(load).isNotDone();
        crash.resume();

        load.join();
    }

    @Test
    void aProcessWithoutACrashPointDoesNotCrash() {
        TokenStore store = CrashPoints.ofThisProcess().around(inside);

        assertThat(store.load(ALICE)).isPresent();
    }

    @ParameterizedTest
    @ValueSource(strings = {"HALT", "halt AFTER_CLAIM", "HALT AFTER_LUNCH", "HALT AFTER_CLAIM x"})
    void anInvalidCrashPointIsRejected(String text) {
        assertThatThrownBy(() -> CrashPoints.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("crash \"" + text
                        + "\" is not \"MODE POINT\" or \"MODE POINT n\", for example \"HALT AFTER_CLAIM\"");
    }
}
