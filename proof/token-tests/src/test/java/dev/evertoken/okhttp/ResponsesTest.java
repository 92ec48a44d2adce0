package dev.evertoken.okhttp;

import static dev.evertoken.okhttp.InterceptorFixture.ANNA;
import static dev.evertoken.okhttp.InterceptorFixture.problem;
import static org.assertj.core.api.Assertions.assertThat;

import dev.evertoken.TokenSource;
import dev.evertoken.faults.Fault;
import dev.evertoken.model.AccessToken;
import dev.evertoken.model.Problem;
import dev.evertoken.providers.Google;
import dev.evertoken.spi.provider.DialectContext;
import dev.evertoken.spi.provider.Provider;
import dev.evertoken.spi.provider.ProviderProfile;
import dev.evertoken.spi.provider.ProviderResponse;
import dev.evertoken.spi.provider.Refresher;
import dev.evertoken.spi.provider.ResourceDialect;
import dev.evertoken.spi.provider.ResourceVerdict;
import dev.evertoken.spi.provider.ResourceVerdict.Action;
import dev.evertoken.testing.MockResponse;
import dev.evertoken.testing.RawServer;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.IntPredicate;
import okhttp3.Response;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The responses that a dialect reads, the context that it receives, and the effects of its verdicts. */
class ResponsesTest {

    private static final String TOKEN_ERROR = "{\"error\":{\"code\":190}}";

    private final List<ProviderResponse> judged = new CopyOnWriteArrayList<>();
    private final List<DialectContext> contexts = new CopyOnWriteArrayList<>();
    private IntPredicate reads = status -> status >= 400;
    private ResourceVerdict verdict = ResourceVerdict.pass();

    private final InterceptorFixture fixture =
            new InterceptorFixture(builder -> builder.provider(new ScriptedGoogle()));

    @AfterEach
    void close() {
        fixture.close();
    }

    @Test
    @Fault("H11")
    void aTokenErrorInASuccessfulResponseCausesARefresh() throws IOException {
        reads = status -> true;
        verdict = ResourceVerdict.refresh("code 190");
        fixture.google.onApi(MockResponse.json(200, TOKEN_ERROR));

        try (Response response = fixture.get(ANNA, fixture.google.apiUrl())) {
            assertThat(response.request().tag(AccessToken.class).generation()).isEqualTo(2);
            assertThat(response.body().string()).contains("anna");
        }
        assertThat(judged).extracting(ProviderResponse::body).first().isEqualTo(TOKEN_ERROR);
        assertThat(fixture.google.ledger().tokenRequests()).isEqualTo(1);
    }

    @Test
    @Fault("H11")
    void aTokenErrorInABadRequestCausesARefresh() throws IOException {
        verdict = ResourceVerdict.refresh("code 190");
        fixture.google.onApi(MockResponse.json(400, TOKEN_ERROR));

        assertThat(fixture.status()).isEqualTo(200);
        assertThat(fixture.google.ledger().tokenRequests()).isEqualTo(1);
    }

    @Test
    void aSuccessfulResponseIsNeitherJudgedNorAwaited() throws IOException {
        fixture.google.onApi(MockResponse.endless());

        assertThat(fixture.status()).isEqualTo(200);
        assertThat(judged).isEmpty();
    }

    @Test
    void aSuccessfulResponseThatIsNotJsonIsNotAwaitedEither() throws IOException {
        reads = status -> true;
        fixture.google.onApi(MockResponse.of(200, "text/event-stream", "data: 190\n\n"));

        assertThat(fixture.status()).isEqualTo(200);
        assertThat(judged).isEmpty();
    }

    @Test
    void aDialectReceivesTheAgeAndTheScopesOfTheToken() throws IOException {
        fixture.clock.advance(Duration.ofMinutes(7));
        fixture.google.onApi(MockResponse.json(400, "{}"));

        fixture.status();

        assertThat(contexts).singleElement().satisfies(context -> {
            assertThat(context.age()).isEqualTo(Duration.ofMinutes(7));
            assertThat(context.scopes())
                    .containsExactlyInAnyOrder("openid", "https://www.googleapis.com/auth/calendar");
        });
        assertThat(judged).extracting(ProviderResponse::at).containsExactly(fixture.clock.now());
    }

    @Test
    void adoptOnlyRefreshesNothingAndAdoptsTheTokenOfAnotherProcess() throws IOException {
        verdict = verdictWith(Action.ADOPT_ONLY);
        fixture.google.onApi(MockResponse.json(400, TOKEN_ERROR));
        try (Response response = fixture.get(ANNA, fixture.google.apiUrl())) {
            assertThat(response.code()).isEqualTo(400);
            assertThat(problem(response)).contains(Problem.API_REJECTS_TOKEN);
        }
        assertThat(fixture.google.ledger().tokenRequests()).isZero();

        fixture.clock.advance(Duration.ofSeconds(11));
        fixture.process(builder -> builder).refresh(ANNA, "a test");
        fixture.google.onApi(MockResponse.json(400, TOKEN_ERROR));
        try (Response response = fixture.get(ANNA, fixture.google.apiUrl())) {
            assertThat(response.code()).isEqualTo(200);
            assertThat(response.request().tag(AccessToken.class).generation()).isEqualTo(2);
        }
        assertThat(fixture.google.ledger().tokenRequests()).isEqualTo(1);
    }

    @Test
    void theNewestTokenIsLookedUpWithoutARefreshRegardlessOfItsAge() {
        TokenSource source = fixture.tokens.source(ANNA);
        AccessToken first = source.accessToken();
        for (Duration pause : List.of(Duration.ofMinutes(57), Duration.ofHours(2))) {
            fixture.clock.advance(pause);
            assertThat(source.requestAuthorizer().newest(first)).isEmpty();
        }
        assertThat(fixture.google.ledger().tokenRequests()).isZero();

        assertThat(source.accessToken()).isNotEqualTo(first);
        assertThat(source.requestAuthorizer().newest(first)).contains(source.accessToken());
        assertThat(fixture.google.ledger().tokenRequests()).isEqualTo(1);
    }

    @Test
    void aVerdictToDeriveAPageTokenAgainIsReturnedUnlessANewerTokenExists() throws IOException {
        verdict = verdictWith(Action.REDERIVE_FROM_PARENT);
        fixture.google.onApi(MockResponse.json(400, TOKEN_ERROR));

        try (Response response = fixture.get(ANNA, fixture.google.apiUrl())) {
            assertThat(response.code()).isEqualTo(400);
            assertThat(TokenInterceptor.verdict(response))
                    .map(ResourceVerdict::action)
                    .contains(Action.REDERIVE_FROM_PARENT);
        }
        assertThat(fixture.google.ledger().tokenRequests()).isZero();
    }

    @Test
    void aDialectThatFailsDoesNotLoseTheResponse() throws IOException {
        verdict = null;
        fixture.google.onApi(MockResponse.json(400, TOKEN_ERROR));

        try (Response response = fixture.get(ANNA, fixture.google.apiUrl())) {
            assertThat(response.code()).isEqualTo(400);
            assertThat(response.body().string()).isEqualTo(TOKEN_ERROR);
        }
    }

    @Test
    void aResponseWithATruncatedBodyIsReturnedWithItsStatus() throws IOException {
        try (RawServer api = RawServer.start(connection -> {
            assertThat(connection.readRequest()).isPresent();
            connection.write("HTTP/1.1 503 Down\r\nContent-Length: 100\r\n\r\nhalf of");
        })) {
            try (Response response = fixture.get(ANNA, api.address("/"))) {
                assertThat(response.code()).isEqualTo(503);
            }
        }
        assertThat(judged).extracting(ProviderResponse::status).containsExactly(503);
    }

    private static ResourceVerdict verdictWith(Action action) {
        return new ResourceVerdict(action, Optional.of(Problem.API_REJECTS_TOKEN), Optional.empty(), "code 190");
    }

    /** Google with a dialect that the test controls; a response without code 190 passes. */
    private final class ScriptedGoogle implements Provider, ResourceDialect {
        private final Provider google = new Google();

        @Override
        public String id() {
            return google.id();
        }

        @Override
        public ProviderProfile profile() {
            return google.profile();
        }

        @Override
        public Refresher refresher() {
            return google.refresher();
        }

        @Override
        public ResourceDialect resourceDialect() {
            return this;
        }

        @Override
        public boolean reads(int status) {
            return reads.test(status);
        }

        @Override
        public ResourceVerdict judge(DialectContext context, ProviderResponse response) {
            contexts.add(context);
            judged.add(response);
            if (verdict == null) {
                throw new IllegalStateException("planned by a test");
            }
            return response.body().contains("190") ? verdict : ResourceVerdict.pass();
        }
    }
}
