package dev.evertoken.processes;

import dev.evertoken.Tokens;
import dev.evertoken.TokensBuilder;
import dev.evertoken.model.ClientRegistration;
import dev.evertoken.model.EndpointKind;
import dev.evertoken.model.KeyRing;
import dev.evertoken.model.RefreshModel;
import dev.evertoken.model.Secret;
import dev.evertoken.providers.Google;
import dev.evertoken.providers.OAuth2Provider;
import dev.evertoken.spi.Timekeeper;
import dev.evertoken.spi.provider.Endpoints;
import dev.evertoken.spi.provider.Provider;
import dev.evertoken.spi.provider.ProviderProfile;
import dev.evertoken.spi.provider.Refresher;
import dev.evertoken.spi.provider.ResourceDialect;
import dev.evertoken.spi.store.TokenStore;
import dev.evertoken.store.FileTokenStore;
import dev.evertoken.store.tiered.TieredTokenStore;
import dev.evertoken.testing.CrashPoints;
import dev.evertoken.testing.MockProvider;
import dev.evertoken.testing.MockProviders;
import java.net.URI;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The settings that every process of one host needs to open the same tokens, sent to a child as one line. Immutable.
 *
 * @param folder the folder of the store and the journal
 * @param words the key ring, then address, id and secret of the client at each provider
 */
record Setup(Path folder, Secret words) {

    static final String NAMESPACE = "host";

    /** The shortest durations that are reliable on a busy machine. */
    static final Duration CALL_DEADLINE = Duration.ofSeconds(3);

    static final Duration SETTLE_WINDOW = Duration.ofSeconds(1);
    static final Duration CLAIM_DURATION = Duration.ofSeconds(9);

    private static final int KEY_BYTES = 32;

    /** Returns the setup of a new host, with a new key. */
    static Setup of(Path folder, MockProviders providers) {
        Stream<String> clients =
                Stream.of(providers.rotating(), providers.google()).flatMap(Setup::words);
        String line = Stream.concat(Stream.of(newRing()), clients).collect(Collectors.joining(" "));
        return new Setup(folder, Secret.of(line));
    }

    /** Returns the text of a key ring with one new key, named {@code k1}. */
    static String newRing() {
        byte[] key = new byte[KEY_BYTES];
        new SecureRandom().nextBytes(key);
        return "k1:" + Base64.getEncoder().encodeToString(key);
    }

    private static Stream<String> words(MockProvider provider) {
        ClientRegistration client = provider.registration();
        return Stream.of(
                provider.endpoints().address(EndpointKind.REFRESH).orElseThrow().toString(),
                client.clientId(),
                client.clientSecret().orElseThrow().reveal());
    }

    /** Returns the text of the key ring. */
    Secret keyRing() {
        return Secret.of(words.reveal().split(" ", 2)[0]);
    }

    /** Returns a setup with the same keys and other clients at the same providers. */
    Setup ofOtherClients() {
        String[] word = words.reveal().split(" ", -1);
        word[2] = "another-" + word[2];
        word[5] = "another-" + word[5];
        return new Setup(folder, Secret.of(String.join(" ", word)));
    }

    /** Returns a builder of tokens; the caller closes its store and its timekeeper. */
    TokensBuilder builder(CrashPoints crash, Timekeeper time) {
        List<String> word = List.of(words.reveal().split(" ", -1));
        Endpoints google = Endpoints.token(URI.create(word.get(4)));
        Provider acme = OAuth2Provider.builder("acme")
                .tokenEndpoint(URI.create(word.get(1)))
                .refreshModel(RefreshModel.ROTATING)
                .build();
        TokenStore files = FileTokenStore.open(folder, NAMESPACE, time);
        return Tokens.builder()
                .namespace(NAMESPACE)
                .environment("prod")
                .store(crash.around(files))
                .journal(folder.resolve("answers"))
                .encryption(KeyRing.parse(Secret.of(word.get(0))))
                .provider(new Crashing(acme, crash))
                .provider(new Crashing(new Google(), crash))
                .client("acme", client(word.get(2), word.get(3)))
                .client("google", client(word.get(5), word.get(6)))
                .endpoints("google", google)
                .timekeeper(time)
                .callDeadline(CALL_DEADLINE)
                .settleWindow(SETTLE_WINDOW)
                .claimDuration(CLAIM_DURATION);
    }

    /** Returns a chain with the store as the authority and a fallback of the given name. */
    TieredTokenStore chain(CrashPoints crash, String fallback, Timekeeper time) {
        return TieredTokenStore.of("authority", crash.around(FileTokenStore.open(folder, NAMESPACE, time)))
                .fallback("own", copies(fallback, time))
                .tombstones(folder.resolveSibling("gone-" + fallback))
                .timekeeper(time)
                .open();
    }

    /** Returns the fallback of the given name without the chain. */
    FileTokenStore copies(String fallback, Timekeeper time) {
        return FileTokenStore.open(folder.resolveSibling("copies-" + fallback), NAMESPACE, time);
    }

    private static ClientRegistration client(String id, String secret) {
        return ClientRegistration.builder(id).clientSecret(secret).build();
    }

    /** A provider whose refresher crashes at the configured point. */
    private record Crashing(Provider provider, CrashPoints crash) implements Provider {
        @Override
        public String id() {
            return provider.id();
        }

        @Override
        public ProviderProfile profile() {
            return provider.profile();
        }

        @Override
        public Refresher refresher() {
            return crash.around(provider.refresher());
        }

        @Override
        public ResourceDialect resourceDialect() {
            return provider.resourceDialect();
        }
    }
}
