package dev.evertoken.examples.socialpublisher;

import dev.evertoken.Tokens;
import dev.evertoken.model.AccountStatus;
import dev.evertoken.model.ClientRegistration;
import dev.evertoken.model.ConnectResult;
import dev.evertoken.model.Secret;
import dev.evertoken.model.TokenKey;
import dev.evertoken.model.TokenSet;
import dev.evertoken.testing.MockProvider;
import dev.evertoken.testing.MockProviders;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The mock providers and platforms of the story, and the settings of a publisher that uses them. Not thread-safe. */
final class MockSite implements AutoCloseable {

    static final List<String> REGISTRATIONS = List.of("facebook", "instagram", "linkedin", "x-oauth1", "youtube");
    private static final int SHORT_VIDEO = 4096;
    /** Two chunks and a half. */
    private static final int VIDEO = ResumableUpload.CHUNK * 5 / 2;

    private final MockProviders providers;
    private final MockPlatforms platforms;
    private final Map<String, String> environment = new LinkedHashMap<>();

    private MockSite(MockProviders providers, MockPlatforms platforms) {
        this.providers = providers;
        this.platforms = platforms;
    }

    /** Starts the mocks; the publisher keeps its files in a folder. */
    static MockSite start(Path folder, Secret keys, int postsPerCycle) throws IOException {
        MockProviders providers = MockProviders.start();
        MockSite site = new MockSite(providers, MockPlatforms.start(providers));
        Path media = Files.createDirectories(folder.resolve("media"));
        Files.write(media.resolve("video.mp4"), new byte[VIDEO]);
        Files.write(media.resolve("short.mp4"), new byte[SHORT_VIDEO]);
        site.environment.putAll(Map.of(
                "EVERTOKEN_KEYS", keys.reveal(),
                "SOCIALPUBLISHER_ADDRESS", "https://publisher.example",
                "SOCIALPUBLISHER_PORT", "0",
                "SOCIALPUBLISHER_FOLDER", folder.toString(),
                "SOCIALPUBLISHER_POSTS", Integer.toString(postsPerCycle)));
        REGISTRATIONS.forEach(site::configure);
        return site;
    }

    private void configure(String registration) {
        MockProvider provider = providers.provider(registration);
        ClientRegistration client = provider.registration();
        String prefix = PublisherSettings.variables(registration);
        environment.put(prefix + "_CLIENT_ID", client.clientId());
        environment.put(
                prefix + "_CLIENT_SECRET", client.clientSecret().orElseThrow().reveal());
        environment.put(prefix + "_API_URL", platforms.address(registration).toString());
        provider.endpoints()
                .addresses()
                .forEach((kind, address) -> environment.put(prefix + "_" + kind + "_ENDPOINT", address.toString()));
    }

    Map<String, String> environment() {
        return Map.copyOf(environment);
    }

    MockProvider provider(String registration) {
        return providers.provider(registration);
    }

    MockPlatforms platforms() {
        return platforms;
    }

    /** Returns the platform of each of the users who publish at the same time. */
    static String platform(long user) {
        return REGISTRATIONS.get((int) (user % REGISTRATIONS.size())).replace("x-oauth1", "x");
    }

    /** Imports one account for each of these users, as from an earlier application; the publisher is not running. */
    void importAccounts(long first, long last) throws IOException {
        try (Tokens tokens =
                SocialPublisher.open(PublisherSettings.from(environment)).build()) {
            Map<TokenKey, TokenSet> rows = new LinkedHashMap<>();
            for (long user = first; user <= last; user++) {
                String registration = REGISTRATIONS.get((int) (user % REGISTRATIONS.size()));
                TokenKey key = registration.equals("facebook")
                        ? FacebookPage.owner(user)
                        : TokenKey.of(registration, Long.toString(user));
                rows.put(key, provider(registration).consent(Long.toString(user)));
            }
            tokens.connectAll(rows).forEach(MockSite::requireConnected);
            for (TokenKey owner : rows.keySet()) {
                if (owner.registration().equals("facebook")) {
                    String page = tokens.derivable(owner).get(0).id();
                    TokenKey key = TokenKey.of("facebook", FacebookPage.userOf(owner));
                    AccountStatus unused = tokens.connectDerived(key, owner, page);
                }
            }
        }
    }

    private static void requireConnected(ConnectResult row) {
        if (row.outcome() != ConnectResult.Outcome.CONNECTED) {
            throw new IllegalStateException(row.key() + " was not imported");
        }
    }

    @Override
    public void close() {
        platforms.close();
        providers.close();
    }
}
