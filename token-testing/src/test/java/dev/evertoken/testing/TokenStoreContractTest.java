package dev.evertoken.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.platform.launcher.core.LauncherConfig;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;
import org.junit.platform.launcher.listeners.SummaryGeneratingListener;

/** The contract passes for a correct store and fails for each kind of faulty store. */
class TokenStoreContractTest {

    @Test
    void aCorrectStorePasses() {
        assertThat(failuresOf(CarelessStores.Right.class)).isEmpty();
    }

    @Test
    void aStoreThatIgnoresTheRevisionFails() {
        assertThat(failuresOf(CarelessStores.IgnoresTheRevision.class))
                .contains(
                        "anInsertSucceedsOnce()",
                        "anUpdateNeedsTheRevisionThatIsStored()",
                        "exactlyOneOfManyThreadsUpdatesEachRevision()");
    }

    @Test
    void aStoreThatInsertsOnUpdateFails() {
        assertThat(failuresOf(CarelessStores.InsertsOnUpdate.class)).containsExactly("anUpdateNeverInserts()");
    }

    @Test
    void aStoreThatComparesFirstAndSetsLaterFails() {
        assertThat(failuresOf(CarelessStores.ComparesAndThenSets.class))
                .contains("exactlyOneOfManyThreadsUpdatesEachRevision()");
    }

    @Test
    void aStoreThatRemovesAnyRevisionFails() {
        assertThat(failuresOf(CarelessStores.RemovesAnything.class)).contains("aRemovalNeedsTheRevisionThatIsStored()");
    }

    @Test
    void aStoreThatMixesUpAccountsFails() {
        assertThat(failuresOf(CarelessStores.TakesCaseForNothing.class)).contains("unusualKeysAreDistinguished()");
    }

    @Test
    void aStoreThatLosesAPartOfTheRecordFails() {
        assertThat(failuresOf(CarelessStores.LosesTheClaim.class))
                .contains("aRecordWithAllOptionalPartsIsLoadedUnchanged()");
    }

    @Test
    void aStoreThatOmitsAbsentAccountsOfABatchFails() {
        assertThat(failuresOf(CarelessStores.OmitsAbsentAccountsOfABatch.class))
                .containsExactly("aBatchHasOneResultForEachKeyInTheOrderOfTheKeys()");
    }

    @Test
    void aStoreWhoseTimedReadsUseAnotherClockFails() {
        assertThat(failuresOf(CarelessStores.ReadsAnotherClock.class))
                .containsExactly("aTimedReadHasTheRecordAndATimeBetweenTwoReadsOfTheClock()");
    }

    private static List<String> failuresOf(Class<?> tests) {
        SummaryGeneratingListener summary = new SummaryGeneratingListener();
        var withoutOtherListeners = LauncherConfig.builder()
                .enableTestExecutionListenerAutoRegistration(false)
                .addTestExecutionListeners(summary)
                .build();
        LauncherFactory.create(withoutOtherListeners)
                .execute(LauncherDiscoveryRequestBuilder.request()
                        .selectors(selectClass(tests))
                        .build());
        assertThat(summary.getSummary().getTestsFoundCount()).isGreaterThan(15);
        return summary.getSummary().getFailures().stream()
                .map(failure -> failure.getTestIdentifier().getDisplayName())
                .toList();
    }
}
