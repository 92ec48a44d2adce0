package dev.evertoken.store.gcp;

import dev.evertoken.model.Problem;
import dev.evertoken.model.TokenException;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A parsed location: a project, a region for regional secrets, and the prefix of the secret names. Immutable.
 *
 * @param project the id or number of the project
 * @param region the region of regional secrets; empty for global ones
 * @param prefix the beginning of the names of all secrets of the store
 */
record GcpLocation(String project, Optional<String> region, String prefix) {

    static final String SCHEME = "gcp-secrets";

    private static final String DEFAULT_PREFIX = "evertoken";
    private static final Pattern FORM =
            Pattern.compile(SCHEME + "://(?<project>[a-z0-9][a-z0-9.:-]{0,62})(\\?(?<options>[^#]*))?");
    private static final Pattern REGION = Pattern.compile("[a-z][a-z0-9-]{1,40}");
    private static final Pattern PREFIX = Pattern.compile("[a-z][a-z0-9-]{0,23}");

    /**
     * Parses {@code gcp-secrets://project?location=europe-west3&prefix=crm-tokens}.
     *
     * @throws TokenException with {@link Problem#STORE_REFUSED} if the location does not have that form
     */
    static GcpLocation parse(String location) {
        Matcher parts = FORM.matcher(location);
        if (!parts.matches()) {
            throw refused("does not have the form " + SCHEME + "://project?location=region&prefix=name");
        }
        Map<String, String> options = options(parts.group("options"));
        Optional<String> region = Optional.ofNullable(options.remove("location"));
        String prefix = Optional.ofNullable(options.remove("prefix")).orElse(DEFAULT_PREFIX);
        if (!options.isEmpty()) {
            throw refused("has the option \"" + options.keySet().iterator().next()
                    + "\", which is neither location nor prefix");
        }
        if (region.filter(name -> !REGION.matcher(name).matches()).isPresent()) {
            throw refused("has a location that is not a region such as europe-west3");
        }
        if (!PREFIX.matcher(prefix).matches()) {
            throw refused("has a prefix that is not 1 to 24 of a-z, 0-9 and -, beginning with a letter");
        }
        return new GcpLocation(parts.group("project"), region, prefix);
    }

    private static Map<String, String> options(String text) {
        Map<String, String> options = new TreeMap<>();
        if (text == null || text.isEmpty()) {
            return options;
        }
        for (String option : text.split("&", -1)) {
            String[] parts = option.split("=", 2);
            if (parts.length != 2 || options.put(parts[0], parts[1]) != null) {
                throw refused("has an option that is not name=value or a duplicate option");
            }
        }
        return options;
    }

    private static TokenException refused(String reason) {
        return TokenException.about(Problem.STORE_REFUSED)
                .detail("the store location " + SCHEME + "://… " + reason)
                .build();
    }

    /** Returns the parent resource of the secrets. */
    String parent() {
        return "projects/" + project + region.map(name -> "/locations/" + name).orElse("");
    }

    /** Returns the endpoint of the service for these secrets. */
    String endpoint() {
        return region.map(name -> "secretmanager." + name + ".rep.googleapis.com:443")
                .orElse("secretmanager.googleapis.com:443");
    }

    /** Returns a description of the location for messages. */
    @Override
    public String toString() {
        return "Secret Manager of project " + project
                + region.map(name -> " in " + name).orElse("");
    }
}
