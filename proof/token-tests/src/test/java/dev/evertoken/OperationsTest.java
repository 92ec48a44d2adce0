package dev.evertoken;

import static dev.evertoken.ProvidersFixture.ANNA;
import static dev.evertoken.ProvidersFixture.BEN;
import static dev.evertoken.ProvidersFixture.failure;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.evertoken.model.KeyRing;
import dev.evertoken.model.Problem;
import dev.evertoken.model.RefreshModel;
import dev.evertoken.model.TokenEvent;
import dev.evertoken.model.TokenKey;
import dev.evertoken.model.TokenSet;
import dev.evertoken.model.TokenStoreException;
import dev.evertoken.spi.TokenListener;
import dev.evertoken.spi.operations.ClientStatus;
import dev.evertoken.spi.operations.OpenedRecord;
import dev.evertoken.spi.operations.RecordView;
import dev.evertoken.spi.operations.TokenOperations;
import dev.evertoken.spi.store.TokenStore;
import dev.evertoken.spi.store.UnreadableRecordException;
import dev.evertoken.store.InMemoryTokenStore;
import dev.evertoken.testing.FaultyStore;
import dev.evertoken.testing.ForwardingTokenStore;
import dev.evertoken.testing.MockResponse;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Operations for tools: records without secrets, the due index, the clients, removal by revision. */
class OperationsTest {

    private final ProvidersFixture providers = new ProvidersFixture();
    private final FaultyStore store = FaultyStore.over(new InMemoryTokenStore());
    private final Queue<TokenEvent> events = new ConcurrentLinkedQueue<>();
    private final Tokens tokens = providers.open(providers
            .builder()
            .store(store)
            .encryption(KeyRing.of("one", new byte[32]))
            .listener(recordingIn(events)));
    private final TokenOperations operations = tokens.operations();

    @TempDir
    private Path folder;

    @AfterEach
    void close() {
        providers.close();
    }

    @Test
    void aRecordIsShownWithoutItsSecrets() {
        String token = providers
                .connectExpired(tokens, ANNA)
                .accessToken()
                .orElseThrow()
                .reveal();

        RecordView anna = operations.record(ANNA).orElseThrow();

        assertThat(anna.key()).isEqualTo(ANNA);
        assertThat(anna.generation()).isEqualTo(1);
        assertThat(anna.refreshModel()).isEqualTo(RefreshModel.ROTATING);
        assertThat(anna.refreshTokenFingerprint()).isPresent();
        assertThat(anna.keyId()).contains("one");
        assertThat(anna.toString()).contains("acme/anna").doesNotContain(token);
    }

    @Test
    void allKeysAreListedIncludingThoseOfUnknownRegistrations() {
        providers.connectExpired(tokens, ANNA);
        providers.connectExpired(tokens, BEN);
        Tokens fewer = providers.open(Tokens.builder()
                .namespace("bench")
                .store(store)
                .provider(providers.acme())
                .client("acme", providers.providers.rotating().registration()));

        try (Stream<TokenKey> keys = fewer.operations().keys()) {
            assertThat(keys).containsExactlyInAnyOrder(ANNA, BEN);
        }
        assertThat(fewer.operations().record(BEN)).isPresent();
    }

    @Test
    void theDueIndexIsThatOfTheStore() {
        providers.connectExpired(tokens, ANNA);

        assertThat(operations.dueIndex().orElseThrow().due("acme", operations.now(), Optional.empty(), 10))
                .containsExactly(ANNA);
        assertThat(providers
                        .open(providers.builder().store(new ForwardingTokenStore(new InMemoryTokenStore())))
                        .operations()
                        .dueIndex())
                .isEmpty();
    }

    @Test
    void aRejectedClientIsShownWithItsProblemAndTheOthersAreOpen() {
        providers.connectExpired(tokens, ANNA);
        providers.providers.rotating().onToken(MockResponse.json(401, "{\"error\":\"invalid_client\"}"));
        failure(() -> tokens.accessToken(ANNA));

        List<ClientStatus> clients = operations.clients();

        assertThat(clients).extracting(ClientStatus::registration).containsExactly("acme", "google");
        assertThat(clients.get(0).problem()).contains(Problem.CLIENT_REJECTED);
        assertThat(clients.get(0).until().orElseThrow()).isAfter(operations.now());
        assertThat(clients.get(0).since().orElseThrow()).isBeforeOrEqualTo(operations.now());
        assertThat(clients.get(0).detail()).contains("invalid_client");
        assertThat(clients.get(0).isOpen()).isFalse();
        assertThat(clients.get(1).since()).isEmpty();
        assertThat(clients.get(1).isOpen()).isTrue();
        assertThat(clients.get(1).providerId()).isEqualTo("google");
    }

    @Test
    void aRecordIsOpenedWithItsTokensAndWithoutARefresh() {
        TokenSet consent = providers.connectExpired(tokens, ANNA);

        OpenedRecord opened = operations.open(ANNA).orElseThrow();

        assertThat(opened.tokens().accessToken()).isEqualTo(consent.accessToken());
        assertThat(opened.tokens().refreshToken()).isEqualTo(consent.refreshToken());
        assertThat(opened.record()).isEqualTo(operations.record(ANNA).orElseThrow());
        assertThat(operations.open(TokenKey.of(ANNA.registration(), "nobody"))).isEmpty();
    }

    @Test
    void aListenerThatIsAddedLaterReceivesTheEventsFromThenOn() {
        providers.connectExpired(tokens, ANNA);
        List<TokenEvent> later = new CopyOnWriteArrayList<>();
        operations.addListener(new TokenListener() {
            @Override
            public void on(TokenEvent event) {
                later.add(event);
            }
        });

        assertThat(tokens.disconnect(ANNA)).isTrue();

        tokens.close();
        assertThat(later).extracting(TokenEvent::kind).containsExactly(TokenEvent.Kind.DISCONNECTED);
    }

    @Test
    void aRecordIsClearedByItsRevisionOnly() {
        providers.connectExpired(tokens, ANNA);
        long seen = operations.record(ANNA).orElseThrow().revision();
        providers.connectExpired(tokens, ANNA);

        assertThat(operations.clear(ANNA, seen)).isFalse();
        assertThat(operations.record(ANNA)).isPresent();

        RecordView seenLast = operations.record(ANNA).orElseThrow();
        assertThat(operations.clear(ANNA, seenLast.revision())).isTrue();
        assertThat(operations.record(ANNA)).isEmpty();
        assertThat(failure(() -> tokens.accessToken(ANNA)).problem()).isEqualTo(Problem.NOT_CONNECTED);
        tokens.close();
        assertThat(events).contains(new TokenEvent.Disconnected(ANNA, lastDisconnect(), Optional.of(seenLast.grant())));
    }

    @Test
    void onlyARecordThatCannotBeReadIsClearedAsUnreadable() throws IOException {
        Tokens files = providers.open(providers.builder().store("file:" + folder.resolve("tokens")));
        TokenOperations operations = files.operations();
        providers.connectExpired(files, ANNA);
        assertThat(operations.clear(ANNA, TokenStore.UNREADABLE)).isFalse();
        Files.writeString(recordFile(), "{");
        assertThatThrownBy(() -> operations.record(ANNA)).isInstanceOf(UnreadableRecordException.class);

        assertThat(operations.clear(ANNA, TokenStore.UNREADABLE)).isTrue();

        assertThat(operations.record(ANNA)).isEmpty();
    }

    private Path recordFile() throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(file -> file.toString().endsWith("anna.json"))
                    .findFirst()
                    .orElseThrow();
        }
    }

    @Test
    void aStoreThatIsDownIsReportedAsSuch() {
        store.down();

        assertThatThrownBy(() -> operations.record(ANNA)).isInstanceOf(TokenStoreException.class);
        assertThatThrownBy(() -> operations.clear(ANNA, 7)).isInstanceOf(TokenStoreException.class);
    }

    private static TokenListener recordingIn(Queue<TokenEvent> events) {
        return new TokenListener() {
            @Override
            public void on(TokenEvent event) {
                events.add(event);
            }
        };
    }

    private Instant lastDisconnect() {
        return events.stream()
                .filter(TokenEvent.Disconnected.class::isInstance)
                .map(TokenEvent::at)
                .reduce((first, second) -> second)
                .orElseThrow();
    }
}
