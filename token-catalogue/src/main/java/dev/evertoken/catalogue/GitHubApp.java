package dev.evertoken.catalogue;

/**
 * The provider {@code github-app}: the user access tokens of a GitHub App. {@code docs/providers/github.md} describes its settings and behavior;
 * {@link Catalogue#description} returns the description, to change it. Immutable.
 */
public final class GitHubApp extends CataloguedProvider {

    /** Used by the service loader. */
    public GitHubApp() {
        super("github-app");
    }
}
