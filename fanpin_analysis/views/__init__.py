"""What people look at: tables, charts, panels."""
