package dev.evertoken.providers;

import dev.evertoken.providers.description.MemberCondition;
import dev.evertoken.spi.provider.Endpoints;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import okhttp3.HttpUrl;

/**
 * Checks the members of responses that a description keeps, above all the hosts that a response may name. Stateless.
 * Thread-safe.
 */
final class KeepCheck {

    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_.-]{1,100}");

    private static final Pattern GRANT = Pattern.compile("[a-z][a-z0-9-]{0,31}");

    /** Public suffixes all names of which belong to one provider and its customers. */
    private static final Set<String> OF_ONE_PROVIDER = Set.of("myshopify.com");

    private static final Set<String> LOOPBACK = Set.of("localhost", "127.0.0.1");

    private KeepCheck() {}

    static List<String> errors(Settings settings) {
        List<String> errors = new ArrayList<>();
        settings.get(Setting.KEEP).forEach((name, path) -> {
            requireName("keep", name, errors);
            requirePath("keep." + SettingsCheck.shown(name), path, errors);
        });
        for (String name : settings.get(Setting.KEEP_FROM_REDIRECT)) {
            requireName("keepFromRedirect", name, errors);
            if (settings.get(Setting.KEEP).containsKey(name)) {
                errors.add("keep and keepFromRedirect both have " + SettingsCheck.shown(name));
            }
        }
        settings.get(Setting.OTHER_GRANTS).forEach((name, path) -> {
            if (!GRANT.matcher(name).matches()) {
                errors.add("otherGrants \"" + SettingsCheck.shown(name)
                        + "\" is not a name of lower-case letters, digits and hyphens");
            }
            requirePath("otherGrants." + SettingsCheck.shown(name), path, errors);
            if (settings.get(Setting.RESPONSE_WRAPPER).filter(path::equals).isPresent()) {
                errors.add("otherGrants." + SettingsCheck.shown(name) + " and responseWrapper are the same object");
            }
        });
        checkServers(settings, errors);
        List<String> paths = settings.get(Setting.ACCOUNT_HOSTS_AT);
        List<String> domains = settings.get(Setting.ACCOUNT_HOSTS);
        paths.forEach(path -> requirePath("accountHostsAt", path, errors));
        domains.forEach(domain -> requireOwnDomain(domain, errors));
        if (paths.isEmpty() != domains.isEmpty()) {
            errors.add(
                    "accountHosts and accountHostsAt need each other: the domains of hosts, and where a response names"
                            + " them");
        }
        return errors;
    }

    private static void checkServers(Settings settings, List<String> errors) {
        Optional<String> parameter = settings.get(Setting.ACCOUNT_SERVER_AT);
        List<String> servers = settings.get(Setting.ACCOUNT_SERVERS);
        if (parameter.isPresent() == servers.isEmpty()) {
            errors.add(
                    "accountServerAt and accountServers need each other: the parameter of the redirect that names the"
                            + " server, and the servers that it may name");
            return;
        }
        parameter.ifPresent(name -> requireName("accountServerAt", name, errors));
        for (String server : servers) {
            if (!isServer(server)) {
                errors.add("accountServers entry \"" + SettingsCheck.shown(server)
                        + "\" is not the beginning of an https address, without a final slash");
            }
        }
        if (!servers.isEmpty()
                && settings.get(Setting.TOKEN_ENDPOINT)
                        .filter(address -> !address.startsWith(servers.get(0) + "/"))
                        .isPresent()) {
            errors.add("tokenEndpoint does not begin with the first of the accountServers");
        }
    }

    private static boolean isServer(String text) {
        try {
            URI address = new URI(text);
            return Endpoints.isSecure(address)
                    && address.getHost() != null
                    && address.getRawUserInfo() == null
                    && address.getRawQuery() == null
                    && address.getRawFragment() == null
                    && !text.endsWith("/");
        } catch (URISyntaxException e) {
            return false;
        }
    }

    private static void requireName(String setting, String name, List<String> errors) {
        if (!NAME.matcher(name).matches()) {
            errors.add(setting + " \"" + SettingsCheck.shown(name)
                    + "\" is not a name of letters, digits, dots, hyphens" + " and underscores");
        }
    }

    private static void requirePath(String setting, String path, List<String> errors) {
        if (!MemberCondition.isPath(path)) {
            errors.add(setting + " is not a path of members such as instance_url or team.id");
        }
    }

    /** Returns whether all names below a domain belong to one provider, or the domain is this machine. */
    static boolean isOwnDomain(String domain) {
        return LOOPBACK.contains(domain) || OF_ONE_PROVIDER.contains(domain) || (isDomain(domain) && !isPublic(domain));
    }

    private static boolean isDomain(String text) {
        return text.matches("[a-z0-9.-]+") && Endpoints.isHostName(text);
    }

    private static void requireOwnDomain(String domain, List<String> errors) {
        String entry = "accountHosts entry \"" + SettingsCheck.shown(domain) + "\"";
        if (isOwnDomain(domain)) {
            return;
        }
        if (!isDomain(domain)) {
            errors.add(entry + " is not a domain in lower case, without a wildcard");
        } else {
            errors.add(entry + " is a public suffix, under which anyone can have a host");
        }
    }

    /** Returns whether a domain is in the public suffix list, which is part of OkHttp. */
    private static boolean isPublic(String domain) {
        HttpUrl address = HttpUrl.parse("https://" + domain);
        return address == null || address.topPrivateDomain() == null;
    }
}
