"""How the notebooks are run again, with outputs but without widget states, times or versions.

uv run jupyter nbconvert --config=notebooks/execute.py notebooks/*.ipynb
"""

c = get_config()  # noqa: F821  Jupyter reads this file and gives it the name

c.NbConvertApp.export_format = "notebook"
c.NbConvertApp.use_output_suffix = False
c.FilesWriter.build_directory = ""  # in place
c.ExecutePreprocessor.enabled = True
c.ExecutePreprocessor.kernel_name = "python3"
c.ExecutePreprocessor.store_widget_state = False
c.ExecutePreprocessor.record_timing = False
c.ClearMetadataPreprocessor.enabled = True
c.ClearMetadataPreprocessor.preserve_cell_metadata_mask = {"tags"}
c.ClearMetadataPreprocessor.preserve_nb_metadata_mask = {"kernelspec"}
