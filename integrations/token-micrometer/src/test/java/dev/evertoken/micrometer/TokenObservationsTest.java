package dev.evertoken.micrometer;

import static dev.evertoken.micrometer.MeasuredFixture.ANNA;
import static dev.evertoken.micrometer.MeasuredFixture.failure;
import static dev.evertoken.micrometer.MeasuredFixture.until;
import static org.assertj.core.api.Assertions.assertThat;

import dev.evertoken.Tokens;
import dev.evertoken.model.AccessToken;
import dev.evertoken.model.TokenKey;
import dev.evertoken.spi.operations.RefreshStart.Cause;
import dev.evertoken.spi.store.TokenRecord;
import dev.evertoken.testing.Checkpoint;
import dev.evertoken.testing.ForwardingTokenStore;
import dev.evertoken.testing.MockResponse;
import io.micrometer.common.KeyValue;
import io.micrometer.core.instrument.observation.DefaultMeterObservationHandler;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.micrometer.observation.NullObservation;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationHandler;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Refreshes and joining callers as observations, with the parents from which tracing makes a trace. */
class TokenObservationsTest {

    private final MeasuredFixture fixture = new MeasuredFixture();
    private final RecordedObservations observations = new RecordedObservations();
    private final Tokens tokens = fixture.open(fixture.builder().observer(TokenObservations.to(observations.registry)));

    @AfterEach
    void close() {
        fixture.close();
    }

    @Test
    void aRefreshIsAChildOfTheCallerThatStartedIt() {
        fixture.connectExpired(tokens);
        Observation request = observations.request("GET /pages");
        try (Observation.Scope scope = request.openScope()) {
            tokens.accessToken(ANNA);

            assertThat(observations.registry.getCurrentObservationScope()).isSameAs(scope);
        }

        RefreshContext refresh = onlyRefresh();
        assertThat(refresh.getParentObservation()).isSameAs(request);
        assertThat(refresh.getName()).isEqualTo(TokenObservations.REFRESH);
        assertThat(refresh.getContextualName()).isEqualTo("refresh google");
        assertThat(refresh.getLowCardinalityKeyValues())
                .containsExactlyInAnyOrder(
                        KeyValue.of("provider", "google"),
                        KeyValue.of("registration", "google"),
                        KeyValue.of("cause", "caller"),
                        KeyValue.of("outcome", "refreshed"),
                        KeyValue.of("problem", "none"));
        assertThat(observations.ended(RefreshWaitContext.class)).isEmpty();
    }

    @Test
    void aRefreshOnAnotherThreadIsAChildOfItsCallerToo() {
        Tokens threads = fixture.open(fixture.builder()
                .executor(task -> new Thread(task).start())
                .observer(TokenObservations.to(observations.registry)));
        fixture.connectExpired(threads);
        Observation request = observations.request("GET /pages");
        try (Observation.Scope unused = request.openScope()) {
            threads.accessToken(ANNA);
        }

        until(() -> !observations.ended(RefreshContext.class).isEmpty());
        assertThat(onlyRefresh().getParentObservation()).isSameAs(request);
    }

    @Test
    void theStoreIsCalledInTheScopeOfTheRefresh() {
        List<Optional<Observation>> current = new CopyOnWriteArrayList<>();
        Tokens watched = fixture.open(fixture.builder()
                .store(new ForwardingTokenStore(fixture.store) {
                    @Override
                    public Optional<TokenRecord> load(TokenKey key) {
                        current.add(Optional.ofNullable(observations.registry.getCurrentObservation()));
                        return super.load(key);
                    }
                })
                .observer(TokenObservations.to(observations.registry)));
        fixture.connectExpired(watched);
        current.clear();

        watched.accessToken(ANNA);

        assertThat(current)
                .isNotEmpty()
                .allSatisfy(observed ->
                        assertThat(observed.orElseThrow().getContext()).isSameAs(onlyRefresh()));
        assertThat(observations.registry.getCurrentObservation()).isNull();
    }

    @Test
    void aCallerThatJoinsHasAWaitOfItsOwnThatLeadsToTheRefresh() {
        fixture.connectExpired(tokens);
        Observation page = observations.request("GET /page");
        List<Observation> requests = IntStream.range(0, 5)
                .mapToObj(i -> observations.request("GET /other/" + i))
                .toList();
        try (Checkpoint response = fixture.google.holdResponse()) {
            CompletableFuture<AccessToken> first = fixture.async(() -> requested(page));
            response.awaitArrived();
            List<CompletableFuture<AccessToken>> joining = requests.stream()
                    .map(request -> fixture.async(() -> requested(request)))
                    .toList();
            until(() -> fixture.clock.waits() >= 5);
            response.release();
            joining.forEach(CompletableFuture::join);
            first.join();
        }

        List<RefreshWaitContext> waits = observations.ended(RefreshWaitContext.class);
        assertThat(onlyRefresh().getParentObservation()).isSameAs(page);
        assertThat(waits).extracting(RefreshWaitContext::refresh).hasSize(5).containsOnly(onlyRefresh());
        assertThat(waits).extracting(wait -> wait.getParentObservation()).containsExactlyInAnyOrderElementsOf(requests);
        assertThat(waits).extracting(Observation.Context::getName).containsOnly(TokenObservations.WAIT);
        assertThat(waits)
                .allSatisfy(wait -> assertThat(wait.getLowCardinalityKeyValue("problem"))
                        .isEqualTo(KeyValue.of("problem", "none")));
    }

    @Test
    void aRefreshInTheBackgroundHasNoParentAlthoughACallerCausedIt() {
        List<Observation> current = new CopyOnWriteArrayList<>();
        observations.registry.observationConfig().observationHandler(new ObservationHandler<RefreshContext>() {
            @Override
            public boolean supportsContext(Observation.Context context) {
                return context instanceof RefreshContext;
            }

            @Override
            public void onStart(RefreshContext context) {
                current.add(observations.registry.getCurrentObservation());
            }
        });
        fixture.connect(tokens);
        fixture.clock.advance(Duration.ofMinutes(57));
        Observation request = observations.request("GET /pages");
        try (Observation.Scope scope = request.openScope()) {
            tokens.accessToken(ANNA);

            assertThat(observations.registry.getCurrentObservationScope()).isSameAs(scope);
        }

        RefreshContext refresh = onlyRefresh();
        assertThat(refresh.refreshStart().cause()).isEqualTo(Cause.BACKGROUND);
        assertThat(refresh.getParentObservation()).isNull();
        assertThat(current)
                .as("a tracer has no span of the caller either")
                .hasOnlyElementsOfType(NullObservation.class);
    }

    @Test
    void aFailedRefreshHasAnErrorWithTheProblemAlone() {
        fixture.connectExpired(tokens);
        fixture.google.onToken(MockResponse.json(400, "{\"error\":\"invalid_grant\"}"));

        String problem = MeterNames.value(failure(tokens).problem());

        RefreshContext refresh = onlyRefresh();
        assertThat(refresh.getError()).hasMessage(problem).hasNoCause();
        assertThat(refresh.getLowCardinalityKeyValue("outcome").getValue()).isEqualTo("failed");
        assertThat(refresh.getLowCardinalityKeyValue("problem").getValue()).isEqualTo(problem);
    }

    @ParameterizedTest
    @ValueSource(strings = {"start", "open", "close", "stop"})
    void aHandlerThatThrowsHarmsNoRefresh(String method) {
        observations.registry.observationConfig().observationHandler(new ThrowingHandler(method));
        fixture.connectExpired(tokens);

        assertThat(tokens.accessToken(ANNA)).isNotNull();
        assertThat(observations.registry.getCurrentObservation()).isNull();
    }

    /** Throws in one of its methods. */
    private record ThrowingHandler(String method) implements ObservationHandler<Observation.Context> {

        @Override
        public boolean supportsContext(Observation.Context context) {
            return true;
        }

        @Override
        public void onStart(Observation.Context context) {
            throwIn("start");
        }

        @Override
        public void onScopeOpened(Observation.Context context) {
            throwIn("open");
        }

        @Override
        public void onScopeClosed(Observation.Context context) {
            throwIn("close");
        }

        @Override
        public void onStop(Observation.Context context) {
            throwIn("stop");
        }

        private void throwIn(String called) {
            if (called.equals(method)) {
                throw new IllegalStateException("the tracer is broken");
            }
        }
    }

    @Test
    void theTimersOfAMeterHandlerDoNotMixWithThoseOfTheMetrics() {
        SimpleMeterRegistry meters = new SimpleMeterRegistry();
        observations.registry.observationConfig().observationHandler(new DefaultMeterObservationHandler(meters));
        Tokens both = fixture.open(fixture.builder()
                .observer(TokenObservations.to(observations.registry))
                .observer(TokenMetrics.to(meters)));
        fixture.connectExpired(both);

        both.accessToken(ANNA);

        assertThat(meters.get("evertoken.refresh").timer().count()).isOne();
        assertThat(meters.get(TokenObservations.REFRESH).timer().count()).isOne();
    }

    private AccessToken requested(Observation request) {
        try (Observation.Scope unused = request.openScope()) {
            return tokens.accessToken(ANNA);
        }
    }

    private RefreshContext onlyRefresh() {
        List<RefreshContext> refreshes = observations.started.stream()
                .filter(RefreshContext.class::isInstance)
                .map(RefreshContext.class::cast)
                .toList();
        assertThat(refreshes).hasSize(1);
        return refreshes.get(0);
    }
}
