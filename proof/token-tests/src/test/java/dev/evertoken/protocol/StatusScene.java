package dev.evertoken.protocol;

import static dev.evertoken.protocol.AuthorizationServer.LIFETIME;
import static dev.evertoken.protocol.ProtocolFixture.ANNA;
import static dev.evertoken.protocol.ProtocolFixture.failure;
import static org.assertj.core.api.Assertions.assertThat;

import dev.evertoken.Tokens;
import dev.evertoken.TokensBuilder;
import dev.evertoken.model.ClientRegistration;
import dev.evertoken.model.KeyRing;
import dev.evertoken.model.Problem;
import dev.evertoken.model.RefreshModel;
import dev.evertoken.model.TokenException;
import dev.evertoken.model.TokenKey;
import dev.evertoken.model.TokenSet;
import dev.evertoken.protocol.AuthorizationServer.Reuse;
import dev.evertoken.protocol.AuthorizationServer.Step;
import dev.evertoken.spi.provider.TokenOutcome;
import dev.evertoken.spi.provider.TokenVerdict;
import dev.evertoken.spi.provider.TokenVerdict.Kind;
import dev.evertoken.spi.store.SecretPart;
import dev.evertoken.spi.store.TokenRecord;
import dev.evertoken.spi.store.UnreadableRecordException;
import dev.evertoken.store.InMemoryTokenStore;
import dev.evertoken.testing.FaultyStore;
import dev.evertoken.testing.ForwardingTokenStore;
import dev.evertoken.testing.ManualClock;
import dev.evertoken.testing.StoreOperation;
import dev.evertoken.testing.TestTokens;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/**
 * An account whose token cannot be had, each time for another reason. The test closes it.
 */
final class StatusScene implements AutoCloseable {

    static final TokenKey BEN = TokenKey.of("acme", "ben");
    static final TokenKey PAGE = TokenKey.of("acme", "page");
    private static final KeyRing RING = KeyRing.of("one", new byte[32]);

    /** Why each request for the token fails, with the problem that is expected. */
    enum Reason {
        THE_CLIENT_IS_REJECTED(Problem.CLIENT_REJECTED),
        THE_APPLICATION_IS_BLOCKED(Problem.APP_BLOCKED),
        THE_CLIENT_IS_RATE_LIMITED(Problem.RATE_LIMITED),
        THE_ACCOUNT_IS_RATE_LIMITED_FOR_A_DAY(Problem.RATE_LIMITED),
        THE_PROVIDER_IS_UNREACHABLE(Problem.NETWORK),
        THE_PROVIDER_IS_DOWN(Problem.PROVIDER_UNAVAILABLE),
        THE_ACCOUNT_IS_UNUSABLE(Problem.ACCOUNT_UNUSABLE),
        IT_IS_TOO_EARLY(Problem.NOT_YET),
        THE_RESPONSE_IS_UNKNOWN(Problem.UNRECOGNIZED_RESPONSE),
        THE_RESPONSE_IS_LOST(Problem.OUTCOME_UNKNOWN),
        THE_RESPONSE_IS_LATE(Problem.OUTCOME_UNKNOWN),
        THE_RESPONSE_AND_THE_STORE_ARE_LOST(Problem.OUTCOME_UNKNOWN),
        THE_GRANT_IS_REVOKED(Problem.GRANT_DEAD),
        THE_REVOCATION_CANNOT_BE_SAVED(Problem.GRANT_DEAD),
        THERE_IS_NO_REFRESH_TOKEN(Problem.NO_REFRESH_TOKEN),
        THE_KEY_IS_NOT_IN_THE_RING(Problem.RECORD_UNREADABLE),
        THE_SECRETS_ARE_IN_CLEAR_TEXT(Problem.RECORD_UNREADABLE),
        THE_SECRETS_ARE_MODIFIED(Problem.RECORD_UNREADABLE),
        THE_SECRETS_HAVE_A_NEWER_FORMAT(Problem.RECORD_TOO_NEW),
        THE_RECORD_IS_CORRUPT(Problem.RECORD_UNREADABLE),
        THE_RECORD_IS_TOO_NEW(Problem.RECORD_TOO_NEW),
        THE_RECORD_IS_OF_ANOTHER_STAGE(Problem.ENVIRONMENT_MISMATCH),
        THE_RECORD_IS_OF_ANOTHER_CLIENT(Problem.CLIENT_MISMATCH),
        THE_CLIENT_IS_NOT_REGISTERED(Problem.UNKNOWN_REGISTRATION),
        THE_JOURNAL_IS_UNAVAILABLE(Problem.JOURNAL_UNAVAILABLE),
        THE_STORE_ACCEPTS_NO_WRITE(Problem.STORE_UNAVAILABLE),
        THE_STORE_HAS_FAILED_OVER(Problem.STORE_FAILED_OVER),
        THE_STORE_IS_DOWN_AND_THE_COPY_HAS_ENDED(Problem.STORE_UNAVAILABLE),
        THE_PARENT_IS_NOT_CONNECTED(Problem.PARENT_NOT_CONNECTED),
        THE_PARENT_IS_REVOKED(Problem.GRANT_DEAD),
        THE_PARENT_CANNOT_BE_REFRESHED(Problem.NETWORK);

        final Problem problem;

        Reason(Problem problem) {
            this.problem = problem;
        }

        /** Returns the account that is asked for. */
        TokenKey key() {
            return name().startsWith("THE_PARENT") ? PAGE : ANNA;
        }
    }

    final ManualClock clock = ManualClock.start();
    final FaultyStore store = FaultyStore.over(new InMemoryTokenStore(clock));
    private final AuthorizationServer users = new AuthorizationServer(RefreshModel.ROTATING, Reuse.SOFT, clock);
    final Pages pages = new Pages(users).page("p-1", "Anna's page");
    final ProtocolFixture fixture = new ProtocolFixture(clock, users, pages, store);
    private final CompletableFuture<Void> arrival = new CompletableFuture<>();
    private final Path folder;
    private final Tokens tokens;

    StatusScene(Path folder) {
        this.folder = folder;
        this.tokens = process(builder -> builder);
    }

    private Tokens process(UnaryOperator<TokensBuilder> more) {
        return fixture.process(builder -> more.apply(builder.withoutJournal().encryption(RING)));
    }

    @Override
    public void close() {
        store.up();
        arrival.complete(null);
        fixture.close();
    }

    /** Brings a reason about, and returns the process that is asked. */
    Tokens arrange(Reason reason) {
        return switch (reason) {
            case THE_CLIENT_IS_REJECTED ->
                refusedFor(BEN, AuthorizationServer.refuses(Kind.CLIENT_INVALID, Problem.CLIENT_REJECTED));
            case THE_APPLICATION_IS_BLOCKED ->
                refusedFor(BEN, AuthorizationServer.refuses(Kind.APP_BLOCKED, Problem.APP_BLOCKED));
            case THE_CLIENT_IS_RATE_LIMITED ->
                refusedFor(BEN, AuthorizationServer.refuses(Kind.RATE_LIMITED, Problem.RATE_LIMITED));
            case THE_ACCOUNT_IS_RATE_LIMITED_FOR_A_DAY -> refusedFor(ANNA, aDay(clock));
            case THE_PROVIDER_IS_UNREACHABLE -> refusedFor(ANNA, AuthorizationServer.notSent());
            case THE_PROVIDER_IS_DOWN ->
                refusedFor(ANNA, AuthorizationServer.refuses(Kind.TRANSIENT, Problem.PROVIDER_UNAVAILABLE));
            case THE_ACCOUNT_IS_UNUSABLE ->
                refusedFor(ANNA, AuthorizationServer.refuses(Kind.ACCOUNT_UNUSABLE, Problem.ACCOUNT_UNUSABLE));
            case IT_IS_TOO_EARLY -> later(refusedFor(ANNA, AuthorizationServer.refuses(Kind.NOT_YET, Problem.NOT_YET)));
            case THE_RESPONSE_IS_UNKNOWN ->
                refusedFor(ANNA, AuthorizationServer.refuses(Kind.UNKNOWN, Problem.UNRECOGNIZED_RESPONSE));
            case THE_RESPONSE_IS_LOST -> refusedFor(ANNA, AuthorizationServer.lostResponse());
            case THE_RESPONSE_IS_LATE -> refusedFor(ANNA, AuthorizationServer.respondsLate(arrival));
            case THE_RESPONSE_AND_THE_STORE_ARE_LOST -> lostWithoutStore();
            case THE_GRANT_IS_REVOKED ->
                refusedFor(ANNA, AuthorizationServer.refuses(Kind.GRANT_DEAD, Problem.GRANT_DEAD));
            case THE_REVOCATION_CANNOT_BE_SAVED -> unmarked();
            case THERE_IS_NO_REFRESH_TOKEN -> withoutRefreshToken();
            case THE_KEY_IS_NOT_IN_THE_RING -> seenBy(builder -> builder.encryption(KeyRing.of("two", new byte[32])));
            case THE_SECRETS_ARE_IN_CLEAR_TEXT -> clearText();
            case THE_SECRETS_ARE_MODIFIED -> modified();
            case THE_SECRETS_HAVE_A_NEWER_FORMAT -> newerSecrets();
            case THE_RECORD_IS_CORRUPT -> corrupt(UnreadableRecordException.Reason.CORRUPT);
            case THE_RECORD_IS_TOO_NEW -> corrupt(UnreadableRecordException.Reason.NEWER_FORMAT);
            case THE_RECORD_IS_OF_ANOTHER_STAGE -> seenBy(builder -> builder.environment("staging"));
            case THE_RECORD_IS_OF_ANOTHER_CLIENT -> seenAs("acme");
            case THE_CLIENT_IS_NOT_REGISTERED -> seenAs("other");
            case THE_JOURNAL_IS_UNAVAILABLE -> withoutJournal();
            case THE_STORE_ACCEPTS_NO_WRITE -> readOnly();
            case THE_STORE_HAS_FAILED_OVER -> failedOver();
            case THE_STORE_IS_DOWN_AND_THE_COPY_HAS_ENDED -> endedCopy();
            case THE_PARENT_IS_NOT_CONNECTED -> page(tokens::disconnect);
            case THE_PARENT_IS_REVOKED ->
                page(anna -> refused(anna, AuthorizationServer.refuses(Kind.GRANT_DEAD, Problem.GRANT_DEAD)));
            case THE_PARENT_CANNOT_BE_REFRESHED -> page(anna -> refused(anna, AuthorizationServer.notSent()));
        };
    }

    private void connectExpired(TokenKey key) {
        tokens.connect(key, fixture.server.consent(key.account()));
        clock.advance(LIFETIME.plusSeconds(1));
    }

    private static Step aDay(ManualClock clock) {
        return (request, honest) -> new TokenOutcome.Refused(
                TokenVerdict.of(Kind.RATE_LIMITED, Problem.RATE_LIMITED, "token endpoint answered 429")
                        .until(clock.now().plus(Duration.ofDays(1))));
    }

    // ---- the provider

    /** Lets a request for an account's token fail; Anna's token has ended too. */
    private Tokens refusedFor(TokenKey key, Step step) {
        tokens.connect(BEN, fixture.server.consent("ben"));
        connectExpired(ANNA);
        refused(key, step);
        return tokens;
    }

    /** Lets the time pass for which a refusal is remembered in memory. */
    private Tokens later(Tokens asked) {
        clock.advance(Duration.ofSeconds(3));
        return asked;
    }

    private TokenException refused(TokenKey key, Step step) {
        fixture.server.next(step);
        return failure(() -> tokens.accessToken(key));
    }

    private Tokens lostWithoutStore() {
        connectExpired(ANNA);
        fixture.server.next((request, honest) -> {
            TokenOutcome unused = honest.get();
            store.down();
            return AuthorizationServer.unknown("no response was received");
        });
        failure(tokens);
        store.up();
        return tokens;
    }

    private Tokens unmarked() {
        connectExpired(ANNA);
        fixture.server.next((request, honest) -> {
            assertThat(request.permit().maySend()).isTrue();
            store.next(StoreOperation.COMPARE_AND_SET).times(3).failBefore();
            return AuthorizationServer.refuses(Kind.GRANT_DEAD, Problem.GRANT_DEAD)
                    .play(request, honest);
        });
        failure(tokens);
        return tokens;
    }

    private Tokens withoutRefreshToken() {
        tokens.connect(
                ANNA,
                TokenSet.builder(TestTokens.access())
                        .issuedAt(clock.now())
                        .expiresAt(clock.now().plus(LIFETIME))
                        .build());
        clock.advance(LIFETIME.plusSeconds(1));
        return tokens;
    }

    // ---- the record

    private Tokens seenBy(UnaryOperator<TokensBuilder> other) {
        connectExpired(ANNA);
        return process(other);
    }

    private Tokens clearText() {
        Tokens before = fixture.process(TokensBuilder::withoutJournal);
        before.connect(ANNA, fixture.server.consent("anna"));
        clock.advance(LIFETIME.plusSeconds(1));
        return tokens;
    }

    private Tokens modified() {
        connectExpired(ANNA);
        changeSecrets(ANNA, bytes -> bytes[bytes.length - 1] ^= 1);
        failure(tokens);
        return tokens;
    }

    private Tokens newerSecrets() {
        connectExpired(ANNA);
        changeSecrets(ANNA, bytes -> bytes[0] = 9);
        return tokens;
    }

    private interface Change {
        void apply(byte[] bytes);
    }

    /** Connects accounts whose secrets are modified, which nobody knows who has not opened them. */
    Tokens withSecretsThatCannotBeOpened(int count) {
        for (int i = 0; i < count; i++) {
            TokenKey key = TokenKey.of("acme", "user-" + i);
            tokens.connect(key, fixture.server.consent(key.account()));
            changeSecrets(key, bytes -> bytes[bytes.length - 1] ^= 1);
        }
        return tokens;
    }

    private void changeSecrets(TokenKey key, Change change) {
        TokenRecord record = fixture.record(key);
        byte[] bytes = record.secrets().bytes().clone();
        change.apply(bytes);
        TokenRecord next =
                record.next().secrets(new SecretPart.Envelope("one", bytes)).build(7, clock.now());
        assertThat(store.compareAndSet(key, record.revision(), next)).isTrue();
    }

    private Tokens corrupt(UnreadableRecordException.Reason reason) {
        connectExpired(ANNA);
        ForwardingTokenStore spoiled = new ForwardingTokenStore(store) {
            @Override
            public Optional<TokenRecord> load(TokenKey key) {
                throw new UnreadableRecordException(key, reason, "spoiled by a test", null);
            }
        };
        return fixture.processOver(spoiled, builder -> builder.withoutJournal().encryption(RING));
    }

    /** Starts an application with another client under this registration. */
    private Tokens seenAs(String registration) {
        connectExpired(ANNA);
        Tokens other = Tokens.builder()
                .namespace("house")
                .store(store)
                .timekeeper(clock)
                .encryption(RING)
                .withoutJournal()
                .provider(pages)
                .client(registration, "acme", ClientRegistration.ofPublic("other-client-1"))
                .build();
        tokens.onClose(other);
        return other;
    }

    // ---- the store and the journal

    private Tokens withoutJournal() {
        connectExpired(ANNA);
        Path journal = folder.resolve("journal");
        Tokens journaling = fixture.process(builder -> builder.encryption(RING).journal(journal));
        removeFolder(journal);
        failure(journaling);
        return journaling;
    }

    private static void removeFolder(Path folder) {
        try (Stream<Path> all = Files.walk(folder)) {
            for (Path each : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(each);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Tokens readOnly() {
        connectExpired(ANNA);
        store.next(StoreOperation.COMPARE_AND_SET).times(1_000).failBefore();
        failure(tokens);
        return tokens;
    }

    private Tokens failedOver() {
        connectExpired(ANNA);
        AtomicLong failovers = new AtomicLong();
        Tokens other = fixture.processOver(
                new ReplicatedFake(store, failovers),
                builder -> builder.withoutJournal().encryption(RING));
        failovers.incrementAndGet();
        failure(other);
        return other;
    }

    private Tokens endedCopy() {
        ChainFixture chain = new ChainFixture(clock);
        Tokens over = fixture.processOver(
                chain.store, builder -> builder.withoutJournal().encryption(RING));
        over.connect(ANNA, fixture.server.consent("anna"));
        ProtocolFixture.until(chain::copiesMatch);
        clock.advance(LIFETIME.plusSeconds(1));
        chain.put(chain.authority, ChainFixture.Condition.DOWN);
        return over;
    }

    // ---- the parent

    private interface Parent {
        void change(TokenKey anna);
    }

    /** Connects a page whose token has ended, as that of its user has, and changes the user. */
    private Tokens page(Parent change) {
        pages.expireAfter(Duration.ofMinutes(30));
        tokens.connect(ANNA, fixture.server.consent("anna"));
        tokens.connectDerived(PAGE, ANNA, "p-1");
        clock.advance(LIFETIME.plusSeconds(1));
        change.change(ANNA);
        return tokens;
    }
}
