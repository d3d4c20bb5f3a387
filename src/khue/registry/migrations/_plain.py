"""Steps of migrations that ask for no models. (Django looks for no migration in such a file.)"""

from django.db import migrations, router


class RunPlain(migrations.RunPython):
    """`RunPython` for a step forwards that speaks to the database alone: it is given no models.

    Building all models as they were at each such step takes a third of the time of making tables,
    which every new home and every restore waits for.
    """

    def database_forwards(self, app_label, schema_editor, from_state, to_state):
        """Run the step, where the application has its tables."""
        if router.allow_migrate(schema_editor.connection.alias, app_label, **self.hints):
            self.code(None, schema_editor)
