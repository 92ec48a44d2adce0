package dev.evertoken.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import java.net.ConnectException;
import java.net.InetAddress;
import java.net.Socket;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.platform.launcher.core.LauncherConfig;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;
import org.junit.platform.launcher.listeners.SummaryGeneratingListener;

class WithMockProvidersTest {

    @Test
    void eachTestHasItsOwnProvidersThatStopWithIt() {
        SummaryGeneratingListener run = run(WithMockProvidersSamples.WithoutClock.class);

        assertThat(run.getSummary().getTestsSucceededCount()).isEqualTo(1);
        int port = WithMockProvidersSamples.SEEN.get().rotating().apiUrl().getPort();
        assertThatThrownBy(() -> new Socket(InetAddress.getLoopbackAddress(), port).close())
                .isInstanceOf(ConnectException.class);
    }

    @Test
    void anUnresolvableParameterIsReportedWithTheKnownOnes() {
        List<String> ids;
        try (MockProviders providers = MockProviders.start()) {
            ids = providers.all().stream().map(MockProvider::id).toList();
        }

        assertThat(ids).contains("google", "strava", "acme");
        assertThat(run(WithMockProvidersSamples.WithoutClock.class).getSummary().getFailures())
                .extracting(failure -> failure.getException().getMessage())
                .containsExactlyInAnyOrder(
                        "there is no manual clock; use @WithMockProviders(manualClock = true)",
                        "no mock provider \"acne\"; known are " + ids,
                        "a MockProvider parameter needs a @ProviderId, for example @ProviderId(\"strava\"); known are "
                                + ids);
    }

    private static SummaryGeneratingListener run(Class<?> tests) {
        SummaryGeneratingListener summary = new SummaryGeneratingListener();
        LauncherConfig onlyTheSummary = LauncherConfig.builder()
                .enableTestExecutionListenerAutoRegistration(false)
                .addTestExecutionListeners(summary)
                .build();
        LauncherFactory.create(onlyTheSummary)
                .execute(LauncherDiscoveryRequestBuilder.request()
                        .selectors(selectClass(tests))
                        .build());
        return summary;
    }
}
