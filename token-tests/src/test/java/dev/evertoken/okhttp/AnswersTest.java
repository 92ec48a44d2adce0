package dev.evertoken.okhttp;

import static dev.evertoken.okhttp.Desk.ANNA;
import static dev.evertoken.okhttp.Desk.problem;
import static org.assertj.core.api.Assertions.assertThat;

import dev.evertoken.TokenSource;
import dev.evertoken.model.AccessToken;
import dev.evertoken.model.Problem;
import dev.evertoken.providers.Google;
import dev.evertoken.spi.DialectContext;
import dev.evertoken.spi.Provider;
import dev.evertoken.spi.ProviderAnswer;
import dev.evertoken.spi.ProviderProfile;
import dev.evertoken.spi.Refresher;
import dev.evertoken.spi.ResourceDialect;
import dev.evertoken.spi.ResourceVerdict;
import dev.evertoken.spi.ResourceVerdict.Action;
import dev.evertoken.testing.Answer;
import dev.evertoken.testing.Fault;
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

/** Which answers a dialect reads, what it is told, and what comes of what it says. */
class AnswersTest {

    private static final String ENDED = "{\"error\":{\"code\":190}}";

    private final List<ProviderAnswer> judged = new CopyOnWriteArrayList<>();
    private final List<DialectContext> contexts = new CopyOnWriteArrayList<>();
    private IntPredicate reads = status -> status >= 400;
    private ResourceVerdict verdict = ResourceVerdict.pass();

    private final Desk desk = new Desk(builder -> builder.provider(new Told()));

    @AfterEach
    void close() {
        desk.close();
    }

    @Test
    @Fault("H11")
    void anEndThatIsToldInsideAGoodAnswerHasTheTokenRefreshed() throws IOException {
        reads = status -> true;
        verdict = ResourceVerdict.refresh("code 190");
        desk.google.onApi(Answer.json(200, ENDED));

        try (Response answer = desk.get(ANNA, desk.google.apiUrl())) {
            assertThat(answer.request().tag(AccessToken.class).generation()).isEqualTo(2);
            assertThat(answer.body().string()).contains("anna");
        }
        assertThat(judged).extracting(ProviderAnswer::body).first().isEqualTo(ENDED);
        assertThat(desk.google.ledger().tokenRequests()).isEqualTo(1);
    }

    @Test
    @Fault("H11")
    void anEndThatIsToldInABadRequestHasTheTokenRefreshed() throws IOException {
        verdict = ResourceVerdict.refresh("code 190");
        desk.google.onApi(Answer.json(400, ENDED));

        assertThat(desk.status()).isEqualTo(200);
        assertThat(desk.google.ledger().tokenRequests()).isEqualTo(1);
    }

    @Test
    void aGoodAnswerIsNeitherJudgedNorWaitedFor() throws IOException {
        desk.google.onApi(Answer.endless());

        assertThat(desk.status()).isEqualTo(200);
        assertThat(judged).isEmpty();
    }

    @Test
    void aGoodAnswerThatIsNoJsonIsNotWaitedForEither() throws IOException {
        reads = status -> true;
        desk.google.onApi(Answer.of(200, "text/event-stream", "data: 190\n\n"));

        assertThat(desk.status()).isEqualTo(200);
        assertThat(judged).isEmpty();
    }

    @Test
    void aDialectIsToldTheAgeOfTheTokenAndItsScopes() throws IOException {
        desk.clock.advance(Duration.ofMinutes(7));
        desk.google.onApi(Answer.json(400, "{}"));

        desk.status();

        assertThat(contexts).singleElement().satisfies(context -> {
            assertThat(context.age()).isEqualTo(Duration.ofMinutes(7));
            assertThat(context.scopes())
                    .containsExactlyInAnyOrder("openid", "https://www.googleapis.com/auth/calendar");
        });
        assertThat(judged).extracting(ProviderAnswer::at).containsExactly(desk.clock.now());
    }

    @Test
    void adoptOnlyRefreshesNothingAndTakesWhatAnotherProcessHas() throws IOException {
        verdict = told(Action.ADOPT_ONLY);
        desk.google.onApi(Answer.json(400, ENDED));
        try (Response answer = desk.get(ANNA, desk.google.apiUrl())) {
            assertThat(answer.code()).isEqualTo(400);
            assertThat(problem(answer)).contains(Problem.API_REJECTS_TOKEN);
        }
        assertThat(desk.google.ledger().tokenRequests()).isZero();

        desk.clock.advance(Duration.ofSeconds(11));
        desk.process(builder -> builder).refresh(ANNA, "a test");
        desk.google.onApi(Answer.json(400, ENDED));
        try (Response answer = desk.get(ANNA, desk.google.apiUrl())) {
            assertThat(answer.code()).isEqualTo(200);
            assertThat(answer.request().tag(AccessToken.class).generation()).isEqualTo(2);
        }
        assertThat(desk.google.ledger().tokenRequests()).isEqualTo(1);
    }

    @Test
    void theNewestTokenIsLookedUpWithoutARefreshHoweverOldItIs() {
        TokenSource source = desk.tokens.source(ANNA);
        AccessToken first = source.accessToken();
        for (Duration pause : List.of(Duration.ofMinutes(57), Duration.ofHours(2))) {
            desk.clock.advance(pause);
            assertThat(source.newest(first)).isEmpty();
        }
        assertThat(desk.google.ledger().tokenRequests()).isZero();

        assertThat(source.accessToken()).isNotEqualTo(first);
        assertThat(source.newest(first)).contains(source.accessToken());
        assertThat(desk.google.ledger().tokenRequests()).isEqualTo(1);
    }

    @Test
    void aPageTokenThatIsToBeDerivedAgainIsHandedOnAsLongAsNobodyHasANewerOne() throws IOException {
        verdict = told(Action.REDERIVE_FROM_PARENT);
        desk.google.onApi(Answer.json(400, ENDED));

        try (Response answer = desk.get(ANNA, desk.google.apiUrl())) {
            assertThat(answer.code()).isEqualTo(400);
            assertThat(TokenInterceptor.verdict(answer))
                    .map(ResourceVerdict::action)
                    .contains(Action.REDERIVE_FROM_PARENT);
        }
        assertThat(desk.google.ledger().tokenRequests()).isZero();
    }

    @Test
    void aDialectThatFailsCostsNobodyTheAnswer() throws IOException {
        verdict = null;
        desk.google.onApi(Answer.json(400, ENDED));

        try (Response answer = desk.get(ANNA, desk.google.apiUrl())) {
            assertThat(answer.code()).isEqualTo(400);
            assertThat(answer.body().string()).isEqualTo(ENDED);
        }
    }

    @Test
    void anAnswerWhoseBodyBreaksOffIsHandedOnWithItsStatus() throws IOException {
        try (RawServer api = RawServer.start(wire -> {
            assertThat(wire.readRequest()).isPresent();
            wire.write("HTTP/1.1 503 Down\r\nContent-Length: 100\r\n\r\nhalf of");
        })) {
            try (Response answer = desk.get(ANNA, api.address("/"))) {
                assertThat(answer.code()).isEqualTo(503);
            }
        }
        assertThat(judged).extracting(ProviderAnswer::status).containsExactly(503);
    }

    private static ResourceVerdict told(Action action) {
        return new ResourceVerdict(action, Optional.of(Problem.API_REJECTS_TOKEN), Optional.empty(), "code 190");
    }

    /** Google, whose API is read as a test says; what is not about an ended token is passed. */
    private final class Told implements Provider, ResourceDialect {
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
        public ResourceVerdict judge(DialectContext context, ProviderAnswer answer) {
            contexts.add(context);
            judged.add(answer);
            if (verdict == null) {
                throw new IllegalStateException("planned by a test");
            }
            return answer.body().contains("190") ? verdict : ResourceVerdict.pass();
        }
    }
}
