package dev.evertoken.providers;

import dev.evertoken.model.EndpointKind;
import dev.evertoken.providers.internal.oauth2.AccountAddresses;
import dev.evertoken.spi.provider.Endpoints;
import java.net.URI;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The addresses and hosts of a description, in which {@code {tenant}} stands for the value {@code tenant}. Stateless.
 * Thread-safe.
 */
final class Addresses {

    private static final Pattern PLACEHOLDER = Pattern.compile("\\{([A-Za-z][A-Za-z0-9]{0,39})}");
    private static final Pattern VALUE = Pattern.compile("[A-Za-z0-9]([A-Za-z0-9._-]{0,251}[A-Za-z0-9])?");

    private Addresses() {}

    /** Returns the faults of addresses, hosts and values, apart from values that are not set yet. */
    static List<String> errors(Settings settings) {
        List<String> errors = new ArrayList<>();
        Map<String, String> values = settings.get(Setting.VALUES);
        values.forEach((name, value) -> {
            if (!VALUE.matcher(value).matches()) {
                errors.add("values." + SettingsCheck.shown(name)
                        + " must be letters, digits, dots, hyphens and underscores, as in a host name or a path");
            }
        });
        Set<String> used = new LinkedHashSet<>();
        templates(settings).forEach((setting, template) -> used.addAll(names(template)));
        values.keySet().stream()
                .filter(name -> !used.contains(name))
                .forEach(name -> errors.add("values." + SettingsCheck.shown(name) + " is used by no address and host"));
        checkAccountValues(settings, used, errors);
        if (settings.get(Setting.ENDPOINTS).containsKey(EndpointKind.AUTHORIZATION)) {
            errors.add("endpoints has AUTHORIZATION; set authorizationEndpoint instead");
        }
        if (settings.get(Setting.ENDPOINTS).containsKey(EndpointKind.API)) {
            errors.add("endpoints has API; set apiHosts instead");
        }
        templates(settings).forEach((setting, template) -> checkFilled(setting, filled(template, values), errors));
        return errors;
    }

    /** Returns the placeholders that have no value yet, each with the setting that has it. */
    static List<String> missing(Settings settings) {
        List<String> errors = new ArrayList<>();
        Map<String, String> values = settings.get(Setting.VALUES);
        templates(settings)
                .forEach((setting, template) -> names(template).stream()
                        .filter(name -> !values.containsKey(name) && !isOfAccount(settings, name))
                        .forEach(name ->
                                errors.add(setting + " has {" + name + "}, and values." + name + " is not set")));
        return errors;
    }

    static Endpoints endpoints(Settings settings) {
        Map<EndpointKind, URI> addresses = new EnumMap<>(EndpointKind.class);
        settings.get(Setting.TOKEN_ENDPOINT)
                .map(template -> address(settings, template))
                .ifPresent(address -> addresses.putAll(Endpoints.token(address).addresses()));
        settings.get(Setting.AUTHORIZATION_ENDPOINT)
                .ifPresent(template -> addresses.put(EndpointKind.AUTHORIZATION, address(settings, template)));
        settings.get(Setting.ENDPOINTS).forEach((kind, template) -> addresses.put(kind, address(settings, template)));
        settings.get(Setting.USER_ENDPOINT)
                .ifPresent(template -> addresses.put(EndpointKind.API, address(settings, template)));
        return new Endpoints(addresses);
    }

    static String[] apiHosts(Settings settings) {
        return settings.get(Setting.API_HOSTS).stream()
                .filter(template -> !isOfAccount(settings, names(template)))
                .map(template -> filled(template, settings.get(Setting.VALUES)))
                .distinct()
                .toArray(String[]::new);
    }

    /** Returns the domains in which the hosts of an account's API are. */
    static String[] accountDomains(Settings settings) {
        return Stream.concat(
                        settings.get(Setting.ACCOUNT_HOSTS).stream(),
                        settings.get(Setting.API_HOSTS).stream()
                                .filter(template -> isOfAccount(settings, names(template)))
                                .map(template -> domain(filled(template, settings.get(Setting.VALUES)))))
                .distinct()
                .toArray(String[]::new);
    }

    /** Returns the addresses that depend on the account. */
    static AccountAddresses ofAccounts(Settings settings) {
        Map<String, String> values = settings.get(Setting.VALUES);
        Map<EndpointKind, String> open = new EnumMap<>(EndpointKind.class);
        settings.get(Setting.TOKEN_ENDPOINT)
                .ifPresent(template -> List.of(
                                EndpointKind.EXCHANGE, EndpointKind.REFRESH, EndpointKind.CLIENT_CREDENTIALS)
                        .forEach(kind -> open.put(kind, filled(template, values))));
        settings.get(Setting.AUTHORIZATION_ENDPOINT)
                .ifPresent(template -> open.put(EndpointKind.AUTHORIZATION, filled(template, values)));
        settings.get(Setting.ENDPOINTS).forEach((kind, template) -> open.put(kind, filled(template, values)));
        settings.get(Setting.USER_ENDPOINT).ifPresent(template -> open.put(EndpointKind.API, filled(template, values)));
        open.values().removeIf(template -> !isOfAccount(settings, names(template)));
        List<String> hosts = settings.get(Setting.API_HOSTS).stream()
                .filter(template -> isOfAccount(settings, names(template)))
                .map(template -> filled(template, values))
                .toList();
        return new AccountAddresses(Set.copyOf(settings.get(Setting.ACCOUNT_VALUES)), open, hosts);
    }

    private static boolean isOfAccount(Settings settings, List<String> names) {
        return names.stream().anyMatch(name -> isOfAccount(settings, name));
    }

    private static boolean isOfAccount(Settings settings, String name) {
        return name.equals(AccountAddresses.CLIENT_ID)
                || settings.get(Setting.ACCOUNT_VALUES).contains(name);
    }

    /** Returns the part of a host after its last placeholder. */
    private static String domain(String host) {
        String rest = host.substring(host.lastIndexOf('}') + 1);
        return rest.startsWith(".") ? rest.substring(1) : "";
    }

    /** The part of a host after a value of the account has to belong to the provider. */
    private static void checkAccountValues(Settings settings, Set<String> used, List<String> errors) {
        for (String name : settings.get(Setting.ACCOUNT_VALUES)) {
            String entry = "accountValues entry \"" + SettingsCheck.shown(name) + "\"";
            if (!used.contains(name)) {
                errors.add(entry + " is used by no address and host");
            }
            if (settings.get(Setting.VALUES).containsKey(name)
                    || settings.get(Setting.KEEP).containsKey(name)
                    || settings.get(Setting.KEEP_FROM_REDIRECT).contains(name)) {
                errors.add(entry + " is set by values, keep or keepFromRedirect as well");
            }
        }
        templates(settings).forEach((setting, template) -> {
            String host = template.replaceFirst("^[a-z]+://", "").replaceFirst("[/?#].*", "");
            if (names(host).contains(AccountAddresses.CLIENT_ID)) {
                errors.add(setting + " has {clientId} in its host; it can be in the path only");
            } else if (isOfAccount(settings, names(host)) && !KeepCheck.isOwnDomain(domain(host))) {
                errors.add(
                        setting + " has a host that an account's value determines; the value must be followed by a dot"
                                + " and a domain of the provider");
            }
        });
        if (settings.has(Setting.ACCOUNT_HOSTS_AT)
                && !ofAccounts(settings).hosts().isEmpty()) {
            errors.add("accountHostsAt and a value of the account in apiHosts both name the hosts of an account");
        }
    }

    private static URI address(Settings settings, String template) {
        if (isOfAccount(settings, names(template))) {
            return AccountAddresses.UNKNOWN;
        }
        return URI.create(filled(template, settings.get(Setting.VALUES)));
    }

    /** Returns every address and host by the name of its setting. */
    private static Map<String, String> templates(Settings settings) {
        Map<String, String> all = new LinkedHashMap<>();
        settings.get(Setting.AUTHORIZATION_ENDPOINT).ifPresent(text -> all.put("authorizationEndpoint", text));
        settings.get(Setting.TOKEN_ENDPOINT).ifPresent(text -> all.put("tokenEndpoint", text));
        settings.get(Setting.ENDPOINTS).forEach((kind, text) -> all.put("endpoints." + kind, text));
        settings.get(Setting.USER_ENDPOINT).ifPresent(text -> all.put("userEndpoint", text));
        List<String> hosts = settings.get(Setting.API_HOSTS);
        for (int i = 0; i < hosts.size(); i++) {
            all.put("apiHosts[" + i + "]", hosts.get(i));
        }
        return all;
    }

    /** Checks an address or host; open placeholders count as filled. */
    private static void checkFilled(String setting, String filled, List<String> errors) {
        String text = PLACEHOLDER.matcher(filled).replaceAll("x");
        if (setting.startsWith("apiHosts")) {
            if (!text.matches("[a-z0-9]([a-z0-9.-]*[a-z0-9])?")) {
                errors.add(
                        "apiHosts entry \"" + SettingsCheck.shown(filled) + "\" is not an exact lower-case host name");
            }
            return;
        }
        try {
            Endpoints.none().with(EndpointKind.REFRESH, URI.create(text));
        } catch (IllegalArgumentException e) {
            errors.add(setting
                    + " must be an absolute address without user info and fragment, with https, or with http where"
                    + " TransportSettings allow it");
        }
    }

    private static String filled(String template, Map<String, String> values) {
        return PLACEHOLDER
                .matcher(template)
                .replaceAll(found -> Matcher.quoteReplacement(values.getOrDefault(found.group(1), found.group())));
    }

    private static List<String> names(String template) {
        return PLACEHOLDER
                .matcher(template)
                .results()
                .map(found -> found.group(1))
                .distinct()
                .toList();
    }
}
