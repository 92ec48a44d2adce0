package dev.evertoken.testing;

import dev.evertoken.TokensBuilder;
import dev.evertoken.model.ClientRegistration;
import dev.evertoken.model.EndpointKind;
import dev.evertoken.model.KeyRing;
import dev.evertoken.model.Secret;
import dev.evertoken.model.TokenKey;
import dev.evertoken.spi.Timekeeper;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * The configuration that every process of a {@link ManyProcessesContract} needs to use the same accounts; it is sent to
 * a child as one line. Immutable.
 *
 * @param words the class of the store fixture, the location, the journal's folder, the key ring, the token endpoint,
 *     and the client's id and secret; none contains a tab
 */
record WorkerConfig(Secret words) {

    static final String NAMESPACE = "contract";

    private static final String REGISTRATION = "acme";
    private static final String BETWEEN = "\t";

    /** Short deadlines that still suffice on a busy machine. */
    private static final Duration CALL_DEADLINE = Duration.ofSeconds(3);

    private static final Duration SETTLE_WINDOW = Duration.ofMillis(900);
    private static final Duration CLAIM_DURATION = Duration.ofSeconds(9);

    static WorkerConfig of(
            Class<? extends StoreFixture> fixture, String location, Path journal, MockProvider provider) {
        ClientRegistration client = provider.registration();
        return new WorkerConfig(Secret.of(String.join(
                BETWEEN,
                fixture.getName(),
                location,
                journal.toString(),
                EngineCluster.newKey("k1").reveal(),
                provider.endpoints().address(EndpointKind.REFRESH).orElseThrow().toString(),
                client.clientId(),
                client.clientSecret().orElseThrow().reveal())));
    }

    static TokenKey key(int account) {
        return TokenKey.of(REGISTRATION, "account-" + account);
    }

    static Stream<TokenKey> keys(int accounts) {
        return IntStream.range(0, accounts).mapToObj(WorkerConfig::key);
    }

    /** Returns a builder with the given timekeeper; the caller closes the timekeeper. */
    TokensBuilder builder(Timekeeper time) {
        List<String> word = List.of(words.reveal().split(BETWEEN, -1));
        ClientRegistration client = ClientRegistration.builder(word.get(5))
                .clientSecret(word.get(6))
                .build();
        return shortDeadlines(fixture(word.get(0)).tokens(word.get(1), NAMESPACE, URI.create(word.get(4))))
                .namespace(NAMESPACE)
                .environment("prod")
                .journal(Path.of(word.get(2)))
                .encryption(KeyRing.parse(Secret.of(word.get(3))))
                .client(REGISTRATION, client)
                .timekeeper(time);
    }

    /** Sets the short deadlines of all tests that wait in real time. */
    static TokensBuilder shortDeadlines(TokensBuilder builder) {
        return builder.callDeadline(CALL_DEADLINE).settleWindow(SETTLE_WINDOW).claimDuration(CLAIM_DURATION);
    }

    private static StoreFixture fixture(String name) {
        try {
            var constructor = Class.forName(name).asSubclass(StoreFixture.class).getDeclaredConstructor();
            constructor.setAccessible(true);
            return constructor.newInstance();
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(name + " cannot be created: it needs a constructor without arguments", e);
        }
    }
}
