/// The files of a page, which are part of the executable.
package enum PageFiles {
  /// The document, with places for the rest.
  static let document = PackageResources.page_html

  /// The style sheets, in the order in which they apply.
  static var style: [UInt8] {
    joined([
      PackageResources.colours_css, PackageResources.page_css, PackageResources.charts_css,
      PackageResources.print_css,
    ])
  }

  /// The scripts, in the order in which they run: what others use first, and `main.js` last.
  static var code: [UInt8] {
    let tools = [
      PackageResources.figures_js, PackageResources.dom_js, PackageResources.scales_js,
      PackageResources.states_js, PackageResources.tips_js, PackageResources.tables_js,
    ]
    let charts = [
      PackageResources.timeline_data_js, PackageResources.timeline_draw_js,
      PackageResources.timeline_js, PackageResources.timeline_input_js, PackageResources.curves_js,
      PackageResources.histogram_js, PackageResources.stacked_js, PackageResources.rows_js,
      PackageResources.waterfall_js, PackageResources.scaling_js, PackageResources.ring_js,
    ]
    let parts = [
      PackageResources.workers_js, PackageResources.locks_js, PackageResources.findings_js,
      PackageResources.measured_js, PackageResources.models_js,
    ]
    let pages = [
      PackageResources.explain_js, PackageResources.compare_js, PackageResources.versus_js,
      PackageResources.sweep_js, PackageResources.main_js,
    ]
    return Array("\"use strict\";\n".utf8) + joined(tools + charts + parts + pages)
  }

  private static func joined(_ files: [[UInt8]]) -> [UInt8] { Array(files.joined()) }
}
