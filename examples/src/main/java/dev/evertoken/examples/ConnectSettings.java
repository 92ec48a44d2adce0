package dev.evertoken.examples;

import dev.evertoken.Tokens;
import dev.evertoken.TokensBuilder;
import dev.evertoken.catalogue.Catalogue;
import dev.evertoken.model.AuthorizationOptions;
import dev.evertoken.model.ClientRegistration;
import dev.evertoken.model.EndpointKind;
import dev.evertoken.model.KeyRing;
import dev.evertoken.model.RefreshModel;
import dev.evertoken.providers.OAuth2Provider;
import dev.evertoken.spi.provider.Endpoints;
import java.net.URI;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The settings that {@link Connect} reads from environment variables. Each name starts with the provider's name in
 * capitals, for example {@code GOOGLE_CLIENT_ID}. Immutable.
 */
enum ConnectSettings {
    GOOGLE(
            "Google Cloud console, APIs & Services, Credentials: an OAuth client ID of type \"Desktop app\"",
            List.of("openid", "https://www.googleapis.com/auth/calendar.readonly"),
            "https://www.googleapis.com/calendar/v3/users/me/calendarList",
            List.of("CLIENT_ID", "CLIENT_SECRET")),
    STRAVA(
            "www.strava.com/settings/api, with 127.0.0.1 as the authorization callback domain",
            List.of("read"),
            "https://www.strava.com/api/v3/athlete",
            List.of("CLIENT_ID", "CLIENT_SECRET")),
    YOUTUBE(
            "Google Cloud console, APIs & Services, Credentials: an OAuth client ID of type \"Desktop app\", with"
                    + " YouTube Data API v3 enabled",
            List.of("https://www.googleapis.com/auth/youtube.readonly"),
            "https://www.googleapis.com/youtube/v3/channels?part=id&mine=true",
            List.of("CLIENT_ID", "CLIENT_SECRET")),
    FACEBOOK(
            "developers.facebook.com: an app with Facebook Login",
            List.of("public_profile"),
            "https://graph.facebook.com/v26.0/me",
            List.of("CLIENT_ID", "CLIENT_SECRET", "REDIRECT_URI")),
    INSTAGRAM(
            "developers.facebook.com: the Instagram app id and secret of an app with Instagram login",
            List.of("instagram_business_basic"),
            "https://graph.instagram.com/v26.0/me?fields=user_id,username",
            List.of("CLIENT_ID", "CLIENT_SECRET", "REDIRECT_URI")),
    LINKEDIN(
            "www.linkedin.com/developers: an app with \"Sign In with LinkedIn using OpenID Connect\"",
            List.of("openid", "profile"),
            "https://api.linkedin.com/v2/userinfo",
            List.of("CLIENT_ID", "CLIENT_SECRET", "REDIRECT_URI")),
    X(
            "developer.x.com: the OAuth 2.0 client id and secret of an app",
            List.of("tweet.read", "users.read", "offline.access"),
            "https://api.x.com/2/users/me",
            List.of("CLIENT_ID", "CLIENT_SECRET", "REDIRECT_URI")),
    X_OAUTH1(
            "developer.x.com: the API key (as X_OAUTH1_CLIENT_ID) and API secret of an app",
            List.of(),
            "https://api.x.com/2/users/me",
            List.of("CLIENT_ID", "CLIENT_SECRET", "REDIRECT_URI")),
    GITHUB_APP(
            "github.com, Settings, Developer settings: a GitHub App with expiring user tokens",
            List.of(),
            "https://api.github.com/user",
            List.of("CLIENT_ID", "CLIENT_SECRET", "REDIRECT_URI")),
    GITHUB(
            "github.com, Settings, Developer settings: an OAuth app",
            List.of("read:user"),
            "https://api.github.com/user",
            List.of("CLIENT_ID", "CLIENT_SECRET", "REDIRECT_URI")),
    MICROSOFT(
            "the Microsoft Entra admin center: an app registration with a Web redirect URI",
            List.of("User.Read", "offline_access"),
            "https://graph.microsoft.com/v1.0/me",
            List.of("CLIENT_ID", "CLIENT_SECRET", "REDIRECT_URI")),
    SLACK(
            "api.slack.com/apps: an app with token rotation",
            List.of("users:read"),
            "https://slack.com/api/auth.test",
            List.of("CLIENT_ID", "CLIENT_SECRET", "REDIRECT_URI")),
    SALESFORCE(
            "Salesforce Setup, App Manager: a connected app. SALESFORCE_API_URL is an address of your organization",
            List.of("api", "refresh_token"),
            null,
            List.of("CLIENT_ID", "CLIENT_SECRET", "REDIRECT_URI", "API_URL")),
    HUBSPOT(
            "a HubSpot developer account: an app with the redirect URL",
            List.of("oauth"),
            "https://api.hubapi.com/crm/v3/owners",
            List.of("CLIENT_ID", "CLIENT_SECRET", "REDIRECT_URI")),
    ZOHO(
            "api-console.zoho.com: a server-based application. ZOHO_API_URL is an address of your data center",
            List.of("AaaServer.profile.Read"),
            null,
            List.of("CLIENT_ID", "CLIENT_SECRET", "REDIRECT_URI", "API_URL")),
    TWITCH(
            "dev.twitch.tv/console: a confidential application",
            List.of("user:read:email"),
            "https://id.twitch.tv/oauth2/userinfo",
            List.of("CLIENT_ID", "CLIENT_SECRET", "REDIRECT_URI")),
    FITBIT(
            "dev.fitbit.com: a server application",
            List.of("profile"),
            "https://api.fitbit.com/1/user/-/profile.json",
            List.of("CLIENT_ID", "CLIENT_SECRET", "REDIRECT_URI")),
    WITHINGS(
            "developer.withings.com: an application",
            List.of("user.info"),
            "https://wbsapi.withings.net/v2/user?action=getdevice",
            List.of("CLIENT_ID", "CLIENT_SECRET", "REDIRECT_URI")),
    EBAY(
            "developer.ebay.com: a keyset; EBAY_REDIRECT_NAME is its RuName, and EBAY_REDIRECT_URI the address of its page",
            List.of("https://api.ebay.com/oauth/api_scope"),
            "https://api.ebay.com/commerce/taxonomy/v1/get_default_category_tree_id?marketplace_id=EBAY_US",
            List.of("CLIENT_ID", "CLIENT_SECRET", "REDIRECT_URI", "REDIRECT_NAME")),
    SHOPIFY(
            "the Shopify partner dashboard: an app; SHOPIFY_SHOP is the first part of the shop's host",
            List.of("read_products"),
            null,
            List.of("CLIENT_ID", "CLIENT_SECRET", "REDIRECT_URI", "API_URL", "SHOP")),
    QUICKBOOKS(
            "developer.intuit.com: an app. QUICKBOOKS_API_URL is an address with the id of your company",
            List.of("com.intuit.quickbooks.accounting"),
            null,
            List.of("CLIENT_ID", "CLIENT_SECRET", "REDIRECT_URI", "API_URL")),
    OAUTH2(
            "your server's console; it must accept http://127.0.0.1 with any port as redirect URI. Without"
                    + " OAUTH2_CLIENT_SECRET the client is a public client. OAUTH2_SCOPES has the requested scopes, and"
                    + " OAUTH2_REFRESH_MODEL is ROTATING or STATIC",
            List.of(),
            null,
            List.of("CLIENT_ID", "AUTHORIZATION_ENDPOINT", "TOKEN_ENDPOINT", "API_URL"));

    static final String KEYS = "EVERTOKEN_KEYS";

    private final String console;

    @SuppressWarnings("ImmutableEnumChecker") // created by List.of
    private final List<String> usualScopes;

    private final @Nullable String usualApi;

    @SuppressWarnings("ImmutableEnumChecker") // created by List.of
    private final List<String> required;

    ConnectSettings(String console, List<String> usualScopes, @Nullable String usualApi, List<String> required) {
        this.console = console;
        this.usualScopes = usualScopes;
        this.usualApi = usualApi;
        this.required = required;
    }

    /** Returns the settings with an {@link #id()}; empty for any other name. */
    static Optional<ConnectSettings> named(String name) {
        return Arrays.stream(values()).filter(one -> one.id().equals(name)).findFirst();
    }

    /** Returns the provider's id, which is also the id of the registration. */
    String id() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** Returns the required variables that are not set. */
    List<String> missing() {
        List<String> missing = new ArrayList<>();
        required.stream()
                .map(this::variable)
                .filter(name -> set(name).isEmpty())
                .forEach(missing::add);
        if (set(KEYS).isEmpty()) {
            missing.add(KEYS);
        }
        return missing;
    }

    /** Returns instructions for obtaining the missing values. */
    String help() {
        String redirect = required.contains("REDIRECT_URI")
                ? variable("REDIRECT_URI") + " is the registered redirect URI: a port of this machine, for example"
                        + " http://127.0.0.1:8765/callback, or any other address; in that case paste"
                        + " the address that the browser shows.\n"
                : "";
        return "The client comes from " + console + ".\n" + redirect + KEYS
                + " encrypts the stored tokens: k1: and 32 random bytes in Base64, for example from openssl rand -base64 32.";
    }

    /** Opens the tokens of this client in a folder. The caller closes them. */
    Tokens open(String folder) {
        TokensBuilder builder = Tokens.builder()
                .namespace("connect")
                .store("file:" + folder)
                .encryption(KeyRing.fromEnvironment(KEYS))
                .client(id(), registration())
                .endpoints(id(), endpoints())
                .allowHosts(id(), api().getHost());
        if (this == EBAY) {
            builder.provider(Catalogue.description(id()).toBuilder()
                    .redirectName(set(variable("REDIRECT_NAME")).orElseThrow())
                    .build());
        }
        if (this == OAUTH2) {
            builder.provider(OAuth2Provider.builder(id())
                    .tokenEndpoint(address("TOKEN_ENDPOINT").orElseThrow())
                    .refreshModel(refreshModel())
                    .build());
        }
        return builder.build();
    }

    /** Returns the values that the addresses of the account need: the shop of Shopify. */
    AuthorizationOptions options() {
        return this == SHOPIFY
                ? AuthorizationOptions.defaults()
                        .value("shop", set(variable("SHOP")).orElseThrow())
                : AuthorizationOptions.defaults();
    }

    /** Returns the address of the API call that is made with the tokens. */
    URI api() {
        return address("API_URL").orElseGet(() -> URI.create(String.valueOf(usualApi)));
    }

    /** Returns the registered redirect URI; empty if any loopback port is allowed. */
    Optional<URI> redirect() {
        return address("REDIRECT_URI");
    }

    private ClientRegistration registration() {
        if (this == OAUTH2 && set(variable("CLIENT_SECRET")).isEmpty()) {
            return ClientRegistration.builder(set(variable("CLIENT_ID")).orElseThrow())
                    .scopes(set(variable("SCOPES")).stream()
                            .flatMap(text -> Arrays.stream(text.strip().split("[ ,]+")))
                            .filter(scope -> !scope.isEmpty())
                            .toList())
                    .build();
        }
        ClientRegistration client = ClientRegistration.fromEnvironment(name());
        Set<String> scopes = client.scopes().isEmpty() ? new LinkedHashSet<>(usualScopes) : client.scopes();
        return new ClientRegistration(
                client.clientId(), client.clientSecret(), client.previousSecret(), client.authentication(), scopes);
    }

    /**
     * Returns the configured endpoints: all of them for a custom server, otherwise only those that differ from the
     * provider's. {@code TOKEN_ENDPOINT} applies to all token requests, and each kind of endpoint has its own variable.
     */
    private Endpoints endpoints() {
        Endpoints all = address("TOKEN_ENDPOINT").map(Endpoints::token).orElseGet(Endpoints::none);
        for (EndpointKind kind : EndpointKind.values()) {
            Optional<URI> own = address(kind + "_ENDPOINT");
            all = own.isPresent() ? all.with(kind, own.get()) : all;
        }
        return all;
    }

    private RefreshModel refreshModel() {
        String name = set(variable("REFRESH_MODEL")).orElse(RefreshModel.ROTATING.name());
        return Arrays.stream(RefreshModel.values())
                .filter(model -> model.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(
                        variable("REFRESH_MODEL") + " is \"" + name + "\"; expected ROTATING or STATIC"));
    }

    private Optional<URI> address(String name) {
        return set(variable(name)).map(text -> {
            URI address = URI.create(text);
            if (address.getHost() == null) {
                throw new IllegalArgumentException(variable(name) + " is not an absolute URI");
            }
            return address;
        });
    }

    private String variable(String name) {
        return name() + "_" + name;
    }

    private static Optional<String> set(String variable) {
        return Optional.ofNullable(System.getenv(variable)).filter(text -> !text.isBlank());
    }

    /** Returns the names for the usage message. */
    static String names() {
        return Arrays.stream(values()).map(ConnectSettings::id).collect(Collectors.joining("|"));
    }
}
